/** The record of one credential: what was read last, and writes that replace exactly what their writer has read. */
import type { Grant } from '../grant.ts'
import { decodeRecord, EMPTY_RECORD, encodeRecord, isReadable, type KeptRecord } from './record.ts'
import type { Store } from './store.ts'

export interface RecordsParts {
  readonly store: Store
  readonly key: string
  readonly account: { readonly given?: Grant | undefined }
}

export class Records {
  readonly #parts: RecordsParts
  /** Of each record that was read or written, which version of the store it is. Others may read while one writer is at work. */
  readonly #versions = new WeakMap<KeptRecord, string | undefined>()
  #held: KeptRecord | undefined
  /** Came from the platform and could not be written: nobody gets it before it is. */
  #unsaved: { readonly over: KeptRecord; readonly record: KeptRecord } | undefined

  constructor(parts: RecordsParts) {
    this.#parts = parts
  }

  /** What was read or written last; undefined before anything was. */
  get held(): KeptRecord | undefined {
    return this.#held
  }

  async read(): Promise<KeptRecord> {
    const { store, key, account } = this.#parts
    const kept = await store.read(key)
    const stored = kept?.value === undefined ? EMPTY_RECORD : decodeRecord(kept.value)
    const record = stored.grant === undefined ? { ...stored, grant: account.given } : stored
    this.#hold(record, kept?.version)
    return record
  }

  /** @param over what `read` has returned, or was written by this @returns whether it was still there to be replaced */
  async replace(record: KeptRecord, over: KeptRecord): Promise<boolean> {
    const { store, key } = this.#parts
    const version = await store.swap(key, this.#versions.get(over), encodeRecord(record))
    if (version === undefined) return false
    this.#hold(record, version)
    return true
  }

  /** As `replace`; what cannot be written is kept for the next attempt. */
  async save(record: KeptRecord, over: KeptRecord): Promise<boolean> {
    this.#unsaved = { over, record }
    const saved = await this.replace(record, over)
    this.#unsaved = undefined
    return saved
  }

  /** Writes what could not be written before. @returns it, if there was any and nobody else has gone on meanwhile */
  async saveAgain(): Promise<Grant | undefined> {
    if (this.#unsaved === undefined) return undefined
    const { over, record } = this.#unsaved
    return (await this.save(record, over)) ? record.grant : undefined
  }

  /**
   * Writes down when the platform has refused the kept token, or that it has not. A renewal that is under way is left alone: what it writes replaces
   * exactly what it has read.
   * @param token what is known of any other is not of the one that is kept
   */
  async setRefusedAt(refusedAt: number | undefined, token?: string): Promise<void> {
    const { store, key, account } = this.#parts
    const kept = await store.read(key)
    const stored = kept?.value === undefined ? EMPTY_RECORD : decodeRecord(kept.value)
    const current = (stored.grant ?? account.given)?.accessToken.reveal()
    const isKnown = (stored.refusedAt === undefined) === (refusedAt === undefined)
    if (isKnown || stored.intent !== undefined || (token !== undefined && token !== current)) return
    const record = { ...stored, refusedAt }
    const version = await store.swap(key, kept?.version, encodeRecord(record))
    if (version === undefined || this.#held === undefined || this.#versions.get(this.#held) !== kept?.version) return
    this.#hold({ ...record, grant: stored.grant ?? account.given }, version)
  }

  /** Whether `read` can be expected to succeed. */
  async canBeRead(): Promise<boolean> {
    const { store, key } = this.#parts
    const { value } = (await store.read(key)) ?? {}
    return value === undefined || isReadable(value)
  }

  /** Takes away what `read` fails at, and nothing else. */
  async dropUnreadable(): Promise<void> {
    const { store, key } = this.#parts
    const { version, value } = (await store.read(key)) ?? {}
    if (value !== undefined && !isReadable(value)) await store.swap(key, version, undefined)
  }

  async forget(): Promise<void> {
    const { store, key } = this.#parts
    const kept = await store.read(key)
    if (kept !== undefined) await store.swap(key, kept.version, undefined)
    this.#held = undefined
    this.#unsaved = undefined
  }

  #hold(record: KeptRecord, version: string | undefined): void {
    this.#versions.set(record, version)
    this.#held = record
  }
}

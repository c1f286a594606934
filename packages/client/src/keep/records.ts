/** The record of one credential: what was read last, and writes that replace exactly that. */
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
  #version: string | undefined
  #held: KeptRecord | undefined
  /** Came from the platform and could not be written: nobody gets it before it is. */
  #unsaved: { readonly after: string | undefined; readonly record: KeptRecord } | undefined

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
    this.#version = kept?.version
    this.#held = record
    return record
  }

  /** @returns whether it was still what was read last that this replaced */
  async replace(record: KeptRecord): Promise<boolean> {
    const { store, key } = this.#parts
    const version = await store.swap(key, this.#version, encodeRecord(record))
    if (version === undefined) return false
    this.#version = version
    this.#held = record
    return true
  }

  /** As `replace`; what cannot be written is kept for the next attempt. */
  async save(record: KeptRecord): Promise<boolean> {
    this.#unsaved = { after: this.#version, record }
    const saved = await this.replace(record)
    this.#unsaved = undefined
    return saved
  }

  /** Writes what could not be written before. @returns it, if there was any and nobody else has gone on meanwhile */
  async saveAgain(): Promise<Grant | undefined> {
    const { after, record } = this.#unsaved ?? {}
    if (record === undefined || after !== this.#version) return undefined
    return (await this.save(record)) ? record.grant : undefined
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
    if (version === undefined || this.#version !== kept?.version) return
    this.#version = version
    this.#held = { ...record, grant: stored.grant ?? account.given }
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
}

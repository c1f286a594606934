import { Unavailable } from '../domain/fault.ts'
import type { TenantId } from '../domain/ids.ts'
import { KEY_ACTIVATION_DELAY_SECONDS, KEY_RELOAD_SECONDS, type StoredKey } from '../domain/signing-key.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { EpochMs } from '../domain/time.ts'
import type { KeySealing } from './key-sealing.ts'
import { type OpenedKey, type OpenedKeys, openKeys } from './opened-keys.ts'

/** Where keys are kept. */
export interface KeySource {
  list(tenantId: TenantId): Promise<StoredKey[]>
  /** @returns false if its tenant, purpose and algorithm have a key of this ordinal already: then read again */
  add(key: StoredKey): Promise<boolean>
}

export interface TenantKeys {
  /** Another number whenever the keys of a tenant have changed; no two tenants share one. */
  readonly revision: number
  readonly keys: readonly OpenedKey[]
}

/** Whose keys are asked for, and which change of them the caller has heard of. */
export type KeyOwner = Pick<Tenant, 'id' | 'keyVersion'>

export interface KeyLoader {
  /**
   * Not older than the owner's version, and at most `KEY_RELOAD_SECONDS` old. While the store is unavailable keys of that version serve, for as
   * long as no key can sign that they lack.
   */
  load(owner: KeyOwner, at: EpochMs): Promise<TenantKeys>
  /** For an id that nobody knows: reads again, once for all who ask, and not more than once a second. @returns undefined if it was not to be read again */
  loadForUnknown(owner: KeyOwner, at: EpochMs): Promise<TenantKeys | undefined>
  /** Reads what is there after a key was added. */
  loadAfterAdding(owner: KeyOwner, at: EpochMs): Promise<TenantKeys>
}

/** Garbage must not hammer the store. */
const UNKNOWN_KEY_RELOAD_MS = 1000
/** After a reading that failed, the next try. */
const RETRY_MS = 1000

interface Loaded {
  /** The newest that is certainly in it. */
  readonly version: number
  /** Grows from one reading to the next. */
  readonly order: number
  readonly rows: OpenedKeys
  readonly keys: TenantKeys
  readonly loadedAt: EpochMs
}

export function createKeyLoader(source: Pick<KeySource, 'list'>, sealing: KeySealing): KeyLoader {
  const loaded = new Map<TenantId, Loaded>()
  const reading = new Map<TenantId, { readonly version: number; readonly keys: Promise<TenantKeys> }>()
  const missedAt = new Map<TenantId, EpochMs>()
  const failedAt = new Map<TenantId, EpochMs>()
  let revision = 0
  let readings = 0

  async function read({ id, keyVersion }: KeyOwner, at: EpochMs): Promise<TenantKeys> {
    const order = ++readings
    const stored = await source.list(id)
    const before = loaded.get(id)
    if (before !== undefined && before.order > order) return before.keys
    const version = Math.max(keyVersion, before?.version ?? 0) // which an earlier reading has seen already
    const rows = openKeys(stored, before?.rows, sealing)
    if (rows !== before?.rows) revision += 1
    const keys = before !== undefined && rows === before.rows ? before.keys : { revision, keys: rows.opened }
    loaded.set(id, { version, order, rows, keys, loadedAt: at })
    return keys
  }

  /** One reading per version of a tenant at a time; whoever asks meanwhile shares it, unless it may have begun before a change. */
  function reload(owner: KeyOwner, at: EpochMs): Promise<TenantKeys> {
    const { id, keyVersion: version } = owner
    const underWay = reading.get(id)
    if (underWay !== undefined && underWay.version >= version) return underWay.keys
    const keys = read(owner, at).finally(() => {
      if (reading.get(id) === started) reading.delete(id)
    })
    const started = { version, keys }
    reading.set(id, started)
    return keys
  }

  return {
    async load(owner, at) {
      const before = loaded.get(owner.id)
      if (before === undefined || before.version < owner.keyVersion) return reload(owner, at)
      if (at - before.loadedAt < KEY_RELOAD_SECONDS * 1000) return before.keys
      const mayServe = at - before.loadedAt < KEY_ACTIVATION_DELAY_SECONDS * 1000
      if (mayServe && isWithin(RETRY_MS, failedAt.get(owner.id), at)) return before.keys
      return reload(owner, at).catch((fault: unknown) => {
        if (!mayServe || !(fault instanceof Unavailable)) throw fault
        failedAt.set(owner.id, at)
        return before.keys
      })
    },

    async loadForUnknown(owner, at) {
      const underWay = reading.get(owner.id)
      if (underWay !== undefined) return underWay.keys
      if (isWithin(UNKNOWN_KEY_RELOAD_MS, missedAt.get(owner.id), at)) return undefined
      missedAt.set(owner.id, at)
      return reload(owner, at)
    },

    async loadAfterAdding(owner, at) {
      await reading.get(owner.id)?.keys.catch(() => undefined) // it may have begun before the key was there
      return reload(owner, at)
    },
  }
}

function isWithin(ms: number, since: EpochMs | undefined, at: EpochMs): boolean {
  return since !== undefined && at - since < ms
}

import { Unavailable } from '../domain/fault.ts'
import type { TenantId } from '../domain/ids.ts'
import { KEY_ACTIVATION_DELAY_SECONDS, KEY_RELOAD_SECONDS, type StoredKey } from '../domain/signing-key.ts'
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

export interface KeyLoader {
  /** At most `KEY_RELOAD_SECONDS` old. While the store is unavailable older ones serve, for as long as no key can sign that they lack. */
  load(tenantId: TenantId, at: EpochMs): Promise<TenantKeys>
  /** For an id that nobody knows: reads again, once for all who ask, and not more than once a second. @returns undefined if it was not to be read again */
  loadForUnknown(tenantId: TenantId, at: EpochMs): Promise<TenantKeys | undefined>
  /** Reads what is there after a key was added. */
  loadAfterAdding(tenantId: TenantId, at: EpochMs): Promise<TenantKeys>
}

/** Garbage must not hammer the store. */
const UNKNOWN_KEY_RELOAD_MS = 1000
/** After a reading that failed, the next try. */
const RETRY_MS = 1000

interface Loaded {
  readonly rows: OpenedKeys
  readonly keys: TenantKeys
  readonly loadedAt: EpochMs
}

export function createKeyLoader(source: Pick<KeySource, 'list'>, sealing: KeySealing): KeyLoader {
  const loaded = new Map<TenantId, Loaded>()
  const reading = new Map<TenantId, Promise<TenantKeys>>()
  const missedAt = new Map<TenantId, EpochMs>()
  const failedAt = new Map<TenantId, EpochMs>()
  let revision = 0

  async function read(tenantId: TenantId, at: EpochMs): Promise<TenantKeys> {
    const stored = await source.list(tenantId)
    const before = loaded.get(tenantId)
    const rows = openKeys(stored, before?.rows, sealing)
    if (rows !== before?.rows) revision += 1
    const keys = before !== undefined && rows === before.rows ? before.keys : { revision, keys: rows.opened }
    loaded.set(tenantId, { rows, keys, loadedAt: at })
    return keys
  }

  /** One reading per tenant at a time; whoever asks meanwhile shares it. */
  function reload(tenantId: TenantId, at: EpochMs): Promise<TenantKeys> {
    const underWay = reading.get(tenantId)
    if (underWay !== undefined) return underWay
    const started = read(tenantId, at).finally(() => reading.delete(tenantId))
    reading.set(tenantId, started)
    return started
  }

  return {
    async load(tenantId, at) {
      const before = loaded.get(tenantId)
      if (before === undefined) return reload(tenantId, at)
      if (at - before.loadedAt < KEY_RELOAD_SECONDS * 1000) return before.keys
      const mayServe = at - before.loadedAt < KEY_ACTIVATION_DELAY_SECONDS * 1000
      if (mayServe && isWithin(RETRY_MS, failedAt.get(tenantId), at)) return before.keys
      return reload(tenantId, at).catch((fault: unknown) => {
        if (!mayServe || !(fault instanceof Unavailable)) throw fault
        failedAt.set(tenantId, at)
        return before.keys
      })
    },

    async loadForUnknown(tenantId, at) {
      const underWay = reading.get(tenantId)
      if (underWay !== undefined) return underWay
      if (isWithin(UNKNOWN_KEY_RELOAD_MS, missedAt.get(tenantId), at)) return undefined
      missedAt.set(tenantId, at)
      return reload(tenantId, at)
    },

    async loadAfterAdding(tenantId, at) {
      await reading.get(tenantId)?.catch(() => undefined) // it may have begun before the key was there
      return reload(tenantId, at)
    },
  }
}

function isWithin(ms: number, since: EpochMs | undefined, at: EpochMs): boolean {
  return since !== undefined && at - since < ms
}

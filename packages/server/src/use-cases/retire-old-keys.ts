import type { Application } from '../domain/application.ts'
import { isOfOneKind, type KeyPurpose, keyStateAt, LONGEST_NOTE_SECONDS, type StoredKey } from '../domain/signing-key.ts'
import type { Clock, EpochMs } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { Applications } from '../store/applications.ts'
import type { SigningKeys } from '../store/signing-keys.ts'
import type { Tenants } from '../store/tenants.ts'

interface Deps {
  readonly clock: Clock
  readonly tenants: Pick<Tenants, 'list'>
  readonly applications: Pick<Applications, 'list'>
  readonly signingKeys: SigningKeys
  readonly events: Events
}

/** For servers whose clocks differ, and for tokens that are asked about a little late. */
const MARGIN_SECONDS = 3600

/**
 * Ends the keys that have a successor, once nothing that they have made can come back. Judged when it is due, by the applications that
 * there are then: what an application is, and for how long its sessions live, may have changed since the rotation, and until the
 * successor signed. A server does it unasked, every hour and when it starts; until then an old key does no harm, because whatever
 * else is asked of a token is asked as well.
 */
export function createRetireOldKeys({ clock, tenants, applications, signingKeys, events }: Deps) {
  return async (): Promise<void> => {
    for (const { id: tenantId } of await tenants.list()) {
      const at = clock.now()
      const keys = await signingKeys.list(tenantId)
      const superseded = keys.filter((key) => supersededAt(key, keys, at) !== undefined)
      const ofTenant = superseded.length === 0 ? [] : await applications.list(tenantId)
      for (const key of superseded) {
        const since = supersededAt(key, keys, at) ?? at
        if (since + longestLifeSeconds(key.purpose, ofTenant) * 1000 > at) continue
        const occasion = { at, tenantId, actor: 'system', subject: key.id }
        const retired = events.keyRetired(occasion, { purpose: key.purpose, algorithm: key.algorithm })
        if (await signingKeys.retire(key.id, at, retired.audit)) events.publish(retired)
      }
    }
  }
}

/**
 * @returns since when a retiring key has not signed: the next one of its kind took its place, unless an operator has ended that one,
 *   after which the older one signed again
 */
function supersededAt(key: StoredKey, keys: readonly StoredKey[], at: EpochMs): EpochMs | undefined {
  if (keyStateAt(key, keys, at) !== 'retiring') return undefined
  const later = keys.filter((other) => isOfOneKind(other, key) && other.ordinal > key.ordinal && isInUse(other, keys, at))
  return later.length === 0 ? undefined : Math.min(...later.map(({ activatesAt }) => activatesAt))
}

function isInUse(key: StoredKey, keys: readonly StoredKey[], at: EpochMs): boolean {
  const state = keyStateAt(key, keys, at)
  return state === 'active' || state === 'retiring'
}

const MAKES_SHORT_LIVED: ReadonlySet<KeyPurpose> = new Set<KeyPurpose>(['access', 'keycloak-access', 'id', 'sealed-access', 'sealing'])

/**
 * How long after its last use something made with a key may be presented. A refresh credential, and any that came before it, means
 * something for as long as its session lives, if only that it was stolen. What is sealed is an access token or a note.
 */
function longestLifeSeconds(purpose: KeyPurpose, applications: readonly Application[]): number {
  const lives = applications.map(({ lifetimes }) => (MAKES_SHORT_LIVED.has(purpose) ? lifetimes.accessSeconds : lifetimes.absoluteSeconds))
  return Math.max(purpose === 'sealing' ? LONGEST_NOTE_SECONDS : 0, ...lives) + MARGIN_SECONDS
}

import type { Application } from '../domain/application.ts'
import { accept } from '../domain/outcome.ts'
import { windowMs } from '../domain/refresh-policy.ts'
import { KEY_ACTIVATION_DELAY_SECONDS, type KeyPurpose, keyActiveAt, type StoredKey } from '../domain/signing-key.ts'
import type { Clock } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { Applications } from '../store/applications.ts'
import type { SigningKeys } from '../store/signing-keys.ts'
import type { MakeKey } from '../tokens/key-maker.ts'
import type { FindByName } from './find-by-name.ts'
import type { RotateKeys } from './use-cases.ts'

interface Deps {
  readonly clock: Clock
  readonly signingKeys: SigningKeys
  readonly applications: Applications
  readonly makeKey: MakeKey
  readonly events: Events
  readonly findByName: FindByName
}

/** A margin over the longest life of what a key has made. */
const MARGIN_SECONDS = 3600

/**
 * Makes a successor of each active key of a tenant. It is published at once and signs from `activatesAt` on; its predecessor goes on
 * verifying for as long as anything that it has made may come back.
 */
export function createRotateKeys({ clock, signingKeys, applications, makeKey, events, findByName }: Deps): RotateKeys {
  return async ({ tenant: name }) => {
    const tenant = await findByName.tenant(name)
    if (!tenant.ok) return tenant
    const tenantId = tenant.value.id
    const [keys, ofTenant] = await Promise.all([signingKeys.list(tenantId), applications.list(tenantId)])
    const at = clock.now()
    const activatesAt = at + KEY_ACTIVATION_DELAY_SECONDS * 1000
    let made = 0
    for (const key of activeKeys(keys, at)) {
      const ordinal = 1 + Math.max(...keys.filter((other) => isOfOneKind(other, key)).map((other) => other.ordinal))
      const successor = await makeKey({ tenantId, purpose: key.purpose, algorithm: key.algorithm, ordinal, createdAt: at, activatesAt })
      const created = events.keyCreated(
        { at, tenantId, actor: 'operator', subject: successor.id },
        { purpose: key.purpose, algorithm: key.algorithm },
      )
      const othersRetireAt = activatesAt + longestLifeSeconds(key.purpose, ofTenant) * 1000
      if (!(await signingKeys.addSuccessor(successor, othersRetireAt, created.audit))) continue // another process was first
      events.publish(created)
      made += 1
    }
    return accept({ activatesAt, keys: made })
  }
}

/** Permanent tokens end by name, and a pseudonym is the same for as long as its account. */
const NEVER_ROTATED: ReadonlySet<KeyPurpose> = new Set<KeyPurpose>(['permanent', 'pseudonym'])

/** Those that sign now and have no successor waiting. */
function activeKeys(keys: readonly StoredKey[], at: number): StoredKey[] {
  return keys.filter(
    (key) =>
      !NEVER_ROTATED.has(key.purpose) &&
      keyActiveAt(keys, key.purpose, key.algorithm, at) === key &&
      !keys.some((other) => isOfOneKind(other, key) && other.activatesAt > at),
  )
}

function isOfOneKind(one: StoredKey, other: StoredKey): boolean {
  return one.purpose === other.purpose && one.algorithm === other.algorithm
}

const MAKES_SHORT_LIVED: ReadonlySet<KeyPurpose> = new Set<KeyPurpose>(['access', 'keycloak-access', 'id', 'sealed-access'])

/**
 * How long after its last signature something made with a key may be presented. A refresh credential lasts as long as its session
 * is idle, and its predecessor may be repeated for a window on top, under `device` for as long as the successor lasts.
 */
function longestLifeSeconds(purpose: KeyPurpose, applications: readonly Application[]): number {
  const lives = applications.map(({ lifetimes, refreshPolicy }) =>
    MAKES_SHORT_LIVED.has(purpose)
      ? lifetimes.accessSeconds
      : lifetimes.idleSeconds + Math.min(windowMs(refreshPolicy) / 1000, lifetimes.idleSeconds),
  )
  return Math.max(0, ...lives) + MARGIN_SECONDS
}

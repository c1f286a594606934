import type { Application } from '../domain/application.ts'
import type { TenantId } from '../domain/ids.ts'
import { windowMs } from '../domain/refresh-policy.ts'
import { KEY_ACTIVATION_DELAY_SECONDS, type KeyPurpose, keyActiveAt, LONGEST_NOTE_SECONDS, type StoredKey } from '../domain/signing-key.ts'
import type { Clock, EpochMs } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { Applications } from '../store/applications.ts'
import type { SigningKeys } from '../store/signing-keys.ts'
import type { MakeKey } from '../tokens/key-maker.ts'

export interface SuccessorDeps {
  readonly clock: Clock
  readonly signingKeys: SigningKeys
  readonly applications: Applications
  readonly makeKey: MakeKey
  readonly events: Events
}

interface Occasion {
  readonly tenantId: TenantId
  readonly actor: 'operator' | 'system'
  /** Which of the keys that sign or seal now get one. */
  readonly isDue: (key: StoredKey, at: EpochMs) => boolean
}

export type MakeSuccessors = (occasion: Occasion) => Promise<{ readonly activatesAt: EpochMs; readonly made: number }>

/** A margin over the longest life of what a key has made. */
const MARGIN_SECONDS = 3600

/**
 * Makes a successor of each key of a tenant that is due. It is published at once and signs from `activatesAt` on; its predecessor goes
 * on verifying for as long as anything that it has made may come back. Of several processes that want to, one does.
 */
export function createMakeSuccessors({ clock, signingKeys, applications, makeKey, events }: SuccessorDeps): MakeSuccessors {
  return async ({ tenantId, actor, isDue }) => {
    const keys = await signingKeys.list(tenantId)
    const at = clock.now()
    const activatesAt = at + KEY_ACTIVATION_DELAY_SECONDS * 1000
    const due = activeKeys(keys, at).filter((key) => isDue(key, at))
    const ofTenant = due.length === 0 ? [] : await applications.list(tenantId)
    let made = 0
    for (const key of due) {
      const { purpose, algorithm } = key
      const ordinal = 1 + Math.max(...keys.filter((other) => isOfOneKind(other, key)).map((other) => other.ordinal))
      const successor = await makeKey({ tenantId, purpose, algorithm, ordinal, createdAt: at, activatesAt })
      const created = events.keyCreated({ at, tenantId, actor, subject: successor.id }, { purpose, algorithm })
      const othersRetireAt = activatesAt + longestLifeSeconds(purpose, ofTenant) * 1000
      if (!(await signingKeys.addSuccessor(successor, othersRetireAt, created.audit))) continue // another process was first
      events.publish(created)
      made += 1
    }
    return { activatesAt, made }
  }
}

/** Those that sign or seal now and have no successor waiting. */
function activeKeys(keys: readonly StoredKey[], at: EpochMs): StoredKey[] {
  return keys.filter(
    (key) =>
      keyActiveAt(keys, key.purpose, key.algorithm, at) === key && !keys.some((other) => isOfOneKind(other, key) && other.activatesAt > at),
  )
}

function isOfOneKind(one: StoredKey, other: StoredKey): boolean {
  return one.purpose === other.purpose && one.algorithm === other.algorithm
}

const MAKES_SHORT_LIVED: ReadonlySet<KeyPurpose> = new Set<KeyPurpose>(['access', 'keycloak-access', 'id', 'sealed-access', 'sealing'])

/**
 * How long after its last use something made with a key may be presented. A refresh credential lasts as long as its session
 * is idle, and its predecessor may be repeated for a window on top, under `device` for as long as the successor lasts. What is sealed
 * is an access token or a note.
 */
function longestLifeSeconds(purpose: KeyPurpose, applications: readonly Application[]): number {
  const lives = applications.map(({ lifetimes, refreshPolicy }) =>
    MAKES_SHORT_LIVED.has(purpose)
      ? lifetimes.accessSeconds
      : lifetimes.idleSeconds + Math.min(windowMs(refreshPolicy) / 1000, lifetimes.idleSeconds),
  )
  return Math.max(purpose === 'sealing' ? LONGEST_NOTE_SECONDS : 0, ...lives) + MARGIN_SECONDS
}

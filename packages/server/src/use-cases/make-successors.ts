import type { TenantId } from '../domain/ids.ts'
import { isOfOneKind, KEY_ACTIVATION_DELAY_SECONDS, keyActiveAt, type StoredKey } from '../domain/signing-key.ts'
import type { Clock, EpochMs } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { SigningKeys } from '../store/signing-keys.ts'
import type { MakeKey } from '../tokens/key-maker.ts'

export interface SuccessorDeps {
  readonly clock: Clock
  readonly signingKeys: SigningKeys
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

/**
 * Makes a successor of each key of a tenant that is due. It is published at once and signs from `activatesAt` on; its predecessor goes
 * on verifying for as long as anything that it has made may come back (`retire-old-keys.ts`). Of several processes that want to, one
 * does.
 */
export function createMakeSuccessors({ clock, signingKeys, makeKey, events }: SuccessorDeps): MakeSuccessors {
  return async ({ tenantId, actor, isDue }) => {
    const keys = await signingKeys.list(tenantId)
    const at = clock.now()
    const activatesAt = at + KEY_ACTIVATION_DELAY_SECONDS * 1000
    const due = activeKeys(keys, at).filter((key) => isDue(key, at))
    let made = 0
    for (const key of due) {
      const { purpose, algorithm } = key
      const ordinal = 1 + Math.max(...keys.filter((other) => isOfOneKind(other, key)).map((other) => other.ordinal))
      const successor = await makeKey({ tenantId, purpose, algorithm, ordinal, createdAt: at, activatesAt })
      const created = events.keyCreated({ at, tenantId, actor, subject: successor.id }, { purpose, algorithm })
      if (!(await signingKeys.add(successor, created.audit))) continue // another process was first
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

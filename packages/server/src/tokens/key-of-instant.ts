import type { SigningAlgorithm } from '../domain/application.ts'
import { type KeyPurpose, keyActiveAt, keyStateAt } from '../domain/signing-key.ts'
import type { EpochMs } from '../domain/time.ts'
import type { OpenedKey, OpenedSealingKey, OpenedSigningKey } from './opened-keys.ts'

/**
 * The key that was active at `instant`, so that a repeat has the same bytes on every replica; or, where an operator has retired
 * that one since, the one that is active `at` this moment.
 */
export function keyOfInstant(
  keys: readonly OpenedKey[],
  purpose: KeyPurpose,
  algorithm: SigningAlgorithm,
  instant: EpochMs,
  at: EpochMs,
): OpenedSigningKey {
  const then = keyActiveAt(keys, purpose, algorithm, instant)
  const key = then !== undefined && keyStateAt(then, keys, at) !== 'retired' ? then : keyActiveAt(keys, purpose, algorithm, at)
  if (key === undefined || key.algorithm === 'A256GCM') throw new Error(`there is no ${algorithm} key for ${purpose} tokens`)
  return key
}

/** The key that seals at this moment: what is sealed is never the same bytes again, so that no repeat asks for the key of its instant. */
export function sealingKeyAt(keys: readonly OpenedKey[], at: EpochMs): OpenedSealingKey {
  const key = keyActiveAt(keys, 'sealing', 'A256GCM', at)
  if (key?.algorithm !== 'A256GCM') throw new Error('there is no key that seals')
  return key
}

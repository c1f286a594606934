import { makeKeyId } from '../domain/ids.ts'
import type { Randomness } from '../domain/randomness.ts'
import type { StoredKey } from '../domain/signing-key.ts'
import { makeKeyMaterial, openKeyMaterial, publicMembers } from './key-material.ts'
import type { KeySealing } from './key-sealing.ts'

export type KeyRequest = Pick<StoredKey, 'tenantId' | 'purpose' | 'algorithm' | 'ordinal' | 'createdAt' | 'activatesAt'>

/** Makes keys as a store keeps them: first ones (`key-ring.ts`) and successors (an operator's rotation). Nothing is written. */
export type MakeKey = (request: KeyRequest) => Promise<StoredKey>

export function createKeyMaker(sealing: KeySealing, randomness: Randomness): MakeKey {
  return async (request) => {
    const id = makeKeyId(randomness)
    const secret = await makeKeyMaterial(request.algorithm, randomness)
    const members = publicMembers(openKeyMaterial(request.algorithm, secret))
    return {
      ...request,
      id,
      publicJwk: members === undefined ? undefined : JSON.stringify(members),
      sealedSecret: sealing.seal(secret, { ...request, id }),
      retiresAt: undefined,
    }
  }
}

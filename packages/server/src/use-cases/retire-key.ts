import type { KeyId } from '../domain/ids.ts'
import { accept, refuse } from '../domain/outcome.ts'
import type { Clock } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { SigningKeys } from '../store/signing-keys.ts'
import type { FindByName } from './find-by-name.ts'
import type { RetireKey } from './use-cases.ts'

interface Deps {
  readonly clock: Clock
  readonly signingKeys: SigningKeys
  readonly events: Events
  readonly findByName: FindByName
}

/**
 * An emergency: nothing that a key has made is accepted any more, by the next request at any server. Where none is left, the next use makes
 * one. With a sealing key end sealed access tokens and the sessions of browsers; with the key of pseudonyms every account gets
 * another name at every application.
 */
export function createRetireKey({ clock, signingKeys, events, findByName }: Deps): RetireKey {
  return async ({ tenant: name, keyId }) => {
    const tenant = await findByName.tenant(name)
    if (!tenant.ok) return tenant
    const key = (await signingKeys.list(tenant.value.id)).find(({ id }) => id === (keyId as KeyId))
    if (key === undefined) return refuse({ code: 'key_not_found' })
    const at = clock.now()
    const occasion = { at, tenantId: tenant.value.id, actor: 'operator', subject: key.id }
    const retired = events.keyRetired(occasion, { purpose: key.purpose, algorithm: key.algorithm })
    if (await signingKeys.retire(key.id, at, retired.audit)) events.publish(retired)
    return accept(undefined)
  }
}

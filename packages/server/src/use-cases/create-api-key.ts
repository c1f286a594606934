import type { ApiKey } from '../domain/api-key.ts'
import { digestOf, makeCredential } from '../domain/credential.ts'
import { makeId } from '../domain/ids.ts'
import { parseName } from '../domain/name.ts'
import { accept, refuse } from '../domain/outcome.ts'
import type { Randomness } from '../domain/randomness.ts'
import type { Clock } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { ApiKeys } from '../store/api-keys.ts'
import type { FindByName } from './find-by-name.ts'
import type { CreateApiKey } from './use-cases.ts'

interface Deps {
  readonly clock: Clock
  readonly randomness: Randomness
  readonly apiKeys: ApiKeys
  readonly events: Events
  readonly findByName: FindByName
}

/** Makes an API key of an application. It is answered once and kept as a digest. */
export function createCreateApiKey({ clock, randomness, apiKeys, events, findByName }: Deps): CreateApiKey {
  return async (request) => {
    const name = parseName(request.name)
    if (name === undefined) return refuse({ code: 'name_invalid' })
    const found = await findByName.application(request.tenant, request.clientId)
    if (!found.ok) return found
    const { id: applicationId, tenantId } = found.value
    const at = clock.now()
    const apiKey = makeCredential('rkk_', randomness)
    const key: ApiKey = {
      id: makeId('apiKey', randomness),
      tenantId,
      applicationId,
      name,
      enabled: true,
      createdAt: at,
      lastUsedAt: undefined,
    }
    const created = events.apiKeyCreated({ at, tenantId, actor: 'operator', subject: key.id }, { application: applicationId, name })
    if ((await apiKeys.create(key, digestOf(apiKey), created.audit)) === 'name_taken') return refuse({ code: 'name_taken' })
    events.publish(created)
    return accept({ key, apiKey })
  }
}

import { timingSafeEqual } from 'node:crypto'
import type { Application } from '../domain/application.ts'
import { digestOf, isWellFormedCredential } from '../domain/credential.ts'
import type { ApiKeyId } from '../domain/ids.ts'
import { accept, type Outcome, refuse } from '../domain/outcome.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { ApiKeys } from '../store/api-keys.ts'
import type { Applications } from '../store/applications.ts'
import type { Organisations } from '../store/organisations.ts'
import { isUsable } from './find-usable-application.ts'
import type { ClientCredentials, ClientRefusal } from './use-cases.ts'

interface Deps {
  readonly applications: Applications
  readonly organisations: Organisations
  readonly apiKeys: ApiKeys
  readonly noteApiKeyUse: (id: ApiKeyId) => void
}

export type AuthenticateClient = (tenant: Tenant, credentials: ClientCredentials) => Promise<Outcome<Application, ClientRefusal>>

/** Finds the application that a request is from, authenticated as its type demands. What a caller may be told is its door's to say. */
export function createAuthenticateClient({ applications, organisations, apiKeys, noteApiKeyUse }: Deps): AuthenticateClient {
  return async (tenant, credentials) => {
    switch (credentials.kind) {
      case 'door':
        return ifUsable(await applications.findForDoor(tenant.id, credentials.door))
      case 'client': {
        const found = await applications.findByClientId(tenant.id, credentials.clientId)
        if (credentials.format !== undefined && found?.application.tokenFormat !== credentials.format)
          return refuse({ code: 'client_unknown' })
        const usable = await ifUsable(found?.application)
        return usable.ok && !isAuthentic(found?.secretDigest, credentials.clientSecret) ? refuse({ code: 'client_unproven' }) : usable
      }
      case 'api_key': {
        if (!isWellFormedCredential('rkk_', credentials.apiKey)) return refuse({ code: 'client_unknown' })
        const found = await apiKeys.findByDigest(tenant.id, digestOf(credentials.apiKey))
        if (!found?.key.enabled || !isAsNamed(found.application, credentials)) return refuse({ code: 'client_unknown' })
        noteApiKeyUse(found.key.id)
        return ifUsable(found.application)
      }
    }
  }

  async function ifUsable(application: Application | undefined): Promise<Outcome<Application, ClientRefusal>> {
    return application !== undefined && (await isUsable(organisations, application))
      ? accept(application)
      : refuse({ code: 'client_unknown' })
  }
}

/** What a request says of its application beside the API key must be true. */
function isAsNamed(
  { clientId, tokenFormat }: Application,
  named: Pick<Extract<ClientCredentials, { kind: 'api_key' }>, 'clientId' | 'format'>,
): boolean {
  return (named.clientId ?? clientId) === clientId && (named.format ?? tokenFormat) === tokenFormat
}

/** A confidential application proves itself by its secret; a public one has none, and must not be taken for one that has. */
function isAuthentic(digest: Buffer | undefined, secret: string | undefined): boolean {
  if (digest === undefined || secret === undefined) return digest === undefined && secret === undefined
  return timingSafeEqual(digest, digestOf(secret))
}

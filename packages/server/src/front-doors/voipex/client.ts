import type { FastifyRequest } from 'fastify'
import { accept, type Outcome, type Refusal, refuse } from '../../domain/outcome.ts'
import type { ClientCredentials } from '../../use-cases/use-cases.ts'
import { readBasic } from '../client-credentials.ts'
import type { UnreadableClient } from './wire.ts'

/** The parameters that one of the forms has. An empty one is as if it were not there (RFC 6749, section 3.2); others are passed over. */
export interface Form {
  readonly grant_type?: string
  readonly client_id?: string
  readonly client_secret?: string
  readonly username?: string
  readonly password?: string
  readonly scope?: string
  readonly refresh_token?: string
  readonly token?: string
  readonly token_type_hint?: string
  readonly access_token?: string
}

export function formOf(request: FastifyRequest): Form {
  // `bodies: 'form'` lets nothing else through; without a body there is none.
  const fields = (request.body ?? {}) as Readonly<Record<string, string>>
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''))
}

type NamedClient = Extract<ClientCredentials, { kind: 'client' }>

/** As `readClient`, where tokens of this door are at stake: an application of another door is none here. */
export function readOwnClient(request: FastifyRequest, form: Form): Outcome<NamedClient, Refusal<UnreadableClient>> {
  const client = readClient(request, form)
  return client.ok ? accept({ ...client.value, format: 'keycloak' }) : client
}

/**
 * The application that a request names: in the form, or by HTTP Basic (RFC 6749, section 2.3.1). What is said by both must agree.
 * Another `Authorization` is passed over beside a client id in the form, as Keycloak does: programs leave their last token there.
 */
export function readClient(request: FastifyRequest, form: Form): Outcome<NamedClient, Refusal<UnreadableClient>> {
  const { client_id: clientId, client_secret: clientSecret } = form
  const { authorization } = request.headers
  const basic = authorization === undefined ? undefined : readBasic(authorization)
  if (basic === undefined) {
    if (clientId !== undefined) return accept({ kind: 'client', clientId, clientSecret })
    return refuse({ code: authorization === undefined ? 'client_missing' : 'client_unreadable' })
  }
  const named = {
    kind: 'client',
    clientId: basic.clientId,
    clientSecret: basic.clientSecret === '' ? undefined : basic.clientSecret,
  } as const
  const agrees = (clientId ?? named.clientId) === named.clientId && (clientSecret ?? named.clientSecret) === named.clientSecret
  return agrees ? accept(named) : refuse({ code: 'client_unreadable' })
}

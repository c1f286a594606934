import type { FastifyRequest } from 'fastify'
import { accept, type Outcome, type Refusal, refuse } from '../domain/outcome.ts'
import type { ClientCredentials } from '../use-cases/use-cases.ts'
import { readBasic } from './client-credentials.ts'

export type NamedClient = Extract<ClientCredentials, { kind: 'client' }>

export type UnreadableFormClient = 'client_missing' | 'client_unreadable'

/** What a form says of the application that sends it. */
export interface ClientFields {
  readonly client_id?: string
  readonly client_secret?: string
}

/**
 * The application that a request names: in the form, or by HTTP Basic (RFC 6749, section 2.3.1). What is said by both must agree.
 * Another scheme is passed over beside a client id in the form, as Keycloak does: programs leave their last token there.
 */
export function readFormClient(
  { headers }: Pick<FastifyRequest, 'headers'>,
  form: ClientFields,
): Outcome<NamedClient, Refusal<UnreadableFormClient>> {
  const { client_id: clientId, client_secret: clientSecret } = form
  const { authorization } = headers
  const basic = authorization === undefined ? undefined : readBasic(authorization)
  if (basic === undefined) {
    if (clientId !== undefined && !isBasic(authorization)) return accept({ kind: 'client', clientId, clientSecret })
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

/** Whether something stands behind the name of the scheme, readable or not. */
function isBasic(authorization: string | undefined): boolean {
  return /^basic[^!#$%&'*+.^_`|~0-9a-z-]/i.test(authorization ?? '')
}

/** The fields of a form that were filled in: an empty one is as if it were not there (RFC 6749, section 3.2). */
export function filledFields({ body }: Pick<FastifyRequest, 'body'>): Readonly<Record<string, string>> {
  // `bodies: 'form'` lets nothing else through; without a body there is none.
  const fields = (body ?? {}) as Readonly<Record<string, string>>
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''))
}

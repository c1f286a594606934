import type { FastifyRequest } from 'fastify'
import { accept, type Outcome, type Refusal } from '../../domain/outcome.ts'
import { type ClientFields, filledFields, type NamedClient, readFormClient, type UnreadableFormClient } from '../form-client.ts'

/** The parameters that one of the forms has; others are passed over. */
export interface Form extends ClientFields {
  readonly grant_type?: string
  readonly username?: string
  readonly password?: string
  readonly scope?: string
  readonly refresh_token?: string
  readonly token?: string
  readonly token_type_hint?: string
  readonly access_token?: string
}

export function formOf(request: FastifyRequest): Form {
  return filledFields(request)
}

/** As `readFormClient`, where tokens of this door are at stake: an application of another door is none here. */
export function readOwnClient(request: FastifyRequest, form: Form): Outcome<NamedClient, Refusal<UnreadableFormClient>> {
  const client = readFormClient(request, form)
  return client.ok ? accept({ ...client.value, format: 'keycloak' }) : client
}

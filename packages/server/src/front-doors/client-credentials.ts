/** How a request names its application, where it must: HTTP Basic with client id and secret, or the header `apikey`. */
import type { FastifyRequest } from 'fastify'
import { accept, type Outcome, type Refusal, refuse } from '../domain/outcome.ts'
import type { ClientCredentials } from '../use-cases/use-cases.ts'
import { decodeFormWord } from './form-pairs.ts'

export type UnreadableClient = Refusal<'client_missing' | 'client_unreadable' | 'client_named_twice'>

export function readClientCredentials({ headers }: Pick<FastifyRequest, 'headers'>): Outcome<ClientCredentials, UnreadableClient> {
  const { authorization, apikey } = headers
  if (authorization !== undefined && apikey !== undefined) return refuse({ code: 'client_named_twice' })
  if (typeof apikey === 'string') {
    return apikey === '' ? refuse({ code: 'client_missing' }) : accept({ kind: 'api_key', apiKey: apikey })
  }
  if (authorization === undefined) return refuse({ code: 'client_missing' })
  const client = readBasic(authorization)
  return client === undefined ? refuse({ code: 'client_unreadable' }) : accept({ kind: 'client', ...client })
}

/** RFC 7617; both halves are form-encoded before they are joined (RFC 6749, section 2.3.1). */
export function readBasic(authorization: string): { clientId: string; clientSecret: string } | undefined {
  const [, encoded] = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization) ?? []
  if (encoded === undefined) return undefined
  const pair = decodeUtf8(Buffer.from(encoded, 'base64'))
  const colon = pair?.indexOf(':') ?? -1
  if (pair === undefined || colon < 1) return undefined
  const clientId = decodeFormWord(pair.slice(0, colon))
  const clientSecret = decodeFormWord(pair.slice(colon + 1))
  return clientId === undefined || clientSecret === undefined ? undefined : { clientId, clientSecret }
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

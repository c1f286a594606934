/** Words and shapes that the descriptions of doors have in common. */
import { type TSchema, Type } from 'typebox'
import type { Content, Headers, Parameter } from './operation.ts'

export function json(schema: TSchema): Content {
  return { 'application/json': schema }
}

export function form(schema: TSchema): Content {
  return { 'application/x-www-form-urlencoded': schema }
}

export const HTML: Content = { 'text/html': Type.String({ description: 'A page for people.' }) }

export function inQuery(name: string, description: string, isRequired = false, schema: TSchema = Type.String()): Parameter {
  return { in: 'query', name, description, isRequired, schema }
}

/** A text of a request or an answer, with what it is. */
export function text(description: string) {
  return Type.String({ description })
}

export const RETRY_AFTER: Headers = {
  'Retry-After': { description: 'In how many seconds to ask again (RFC 9110, section 10.2.3).', schema: Type.Integer({ minimum: 0 }) },
}

export const CHALLENGE: Headers = {
  'WWW-Authenticate': { description: 'How to prove oneself, and what was wrong (RFC 9110, section 11.6.1).', schema: Type.String() },
}

export const LOCATION: Headers = { Location: { description: 'Where to go on.', schema: Type.String() } }

export const KEPT: Headers = { 'Cache-Control': { description: 'For how long the answer may be kept.', schema: Type.String() } }

/** Where a browser is sent, said for those who read the answer too. */
export const REDIRECT_TEXT: Content = { 'text/plain': Type.String({ description: '`Redirect to` and the address of `Location`.' }) }

/** A public key (RFC 7517, section 4). Its members depend on its kind. */
export const PublicKeys = Type.Object(
  {
    keys: Type.Array(
      Type.Object(
        {
          kty: text('The kind of key.'),
          kid: text('Its name: the `kid` in the header of a token.'),
          alg: text('The algorithm that it is for.'),
          use: Type.Literal('sig'),
        },
        { additionalProperties: true },
      ),
    ),
  },
  { title: 'PublicKeys' },
)

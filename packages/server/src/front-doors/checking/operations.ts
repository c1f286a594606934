/** Checking tokens, described. */
import { Type } from 'typebox'
import { CHALLENGE, form, inQuery, json, KEPT, PublicKeys, text } from '../describing.ts'
import type { Headers, Operation } from '../operation.ts'
import { IntrospectionAnswer, IntrospectionRequest, PATHS } from './wire.ts'

export const ABOUT =
  'How an API, a gateway or a SIP server finds out whether a token is good. Every tenant has these paths, whatever its other doors are, and they know the tokens of all of them.'

/** RFC 6749, section 5.2; a bug of ours has the id of the request instead of a sentence. */
const CheckingError = Type.Object(
  {
    error: text('A word that programs can compare.'),
    error_description: Type.Optional(text('A sentence for people.')),
    requestId: Type.Optional(text('The id of the request, under which the log of the server tells more.')),
  },
  { title: 'CheckingError' },
)

const introspection: Operation = {
  id: 'checking-introspect',
  method: 'POST',
  path: PATHS.introspect,
  summary: 'Ask about a token',
  description:
    'Token introspection (RFC 7662). An application that may ask sends a token and is told whether it is good now, and what it says. Of any token that is not good, whatever the reason, nothing is said but `{"active": false}`.\n\nName the application by HTTP Basic, with both halves form-encoded, or by the header `apikey`; not by both.',
  credentials: [['basic'], ['api_key']],
  body: { content: form(IntrospectionRequest), isRequired: true },
  answers: {
    200: { description: 'What there is to say of the token.', content: json(IntrospectionAnswer) },
    401: {
      description: 'The application is not named, is not known, or has not proved itself. Nothing is said of the body.',
      content: json(CheckingError),
      headers: CHALLENGE,
    },
    403: { description: 'The application may not ask about tokens.', content: json(CheckingError) },
  },
  errors: json(CheckingError),
}

function textHeader(description: string): Headers[string] {
  return { description, schema: Type.String() }
}

const verify: Operation = {
  id: 'checking-verify',
  method: 'ANY',
  path: PATHS.verify,
  summary: 'Let a gateway decide by the status',
  description:
    'For `auth_request` of nginx and its like. Send the `Authorization` of the call: 200 lets it pass and says in headers who calls, 401 and 403 do not. There is no body in any answer, a body of the request is not read, and every method is answered alike.\n\nA parameter that is unknown, empty or repeated opens nothing, because it may be a misspelt `scope`. In a tenant with a door whose callers send tokens without `Bearer`, a token alone in `Authorization` is read too.',
  credentials: [['bearer'], ['raw']],
  parameters: [
    inQuery('scope', 'Scopes, separated by blanks, that the token must have all of.'),
    inQuery('aud', 'An audience that the token must be for.'),
  ],
  answers: {
    200: {
      description: 'The call may pass. What a header cannot carry is percent-encoded, and so is `%`.',
      headers: {
        'X-Auth-Subject': textHeader('The id of the account.'),
        'X-Auth-Actor': textHeader('The account that acts for it by impersonation; absent where none does.'),
        'X-Auth-Client': textHeader('The client id of the application that got the token.'),
        'X-Auth-Scope': textHeader('The scopes of the token.'),
        'X-Auth-Tenant': textHeader('The name of the tenant.'),
        'X-Auth-Expires': { description: 'When the token ends, in seconds since 1970.', schema: Type.Integer() },
        'X-Accel-Expires': { description: 'For how many seconds nginx may go by this answer, 30 at most.', schema: Type.Integer() },
      },
    },
    401: { description: 'There is no token, or it is not good.', headers: CHALLENGE },
    403: { description: 'The token lacks a scope, or the question cannot be understood.', headers: CHALLENGE },
  },
  errors: {},
}

const publicKeys: Operation = {
  id: 'checking-list-keys',
  method: 'GET',
  path: PATHS.jwks,
  summary: 'Get the public keys',
  description:
    'The keys that signed tokens of this tenant verify with (RFC 7517). Read them again when a token names a `kid` that is not among them; a key is published ten minutes before it signs.',
  answers: { 200: { description: 'The keys. They may be kept for five minutes.', content: json(PublicKeys), headers: KEPT } },
  errors: json(CheckingError),
}

const pem: Operation = {
  id: 'checking-get-key',
  method: 'GET',
  path: `${PATHS.keys}/:file`,
  summary: 'Get one public key as PEM',
  description: 'The same keys, for gateways that read no JWKS.',
  parameters: [{ in: 'path', name: 'file', description: 'The `kid` of the key, and `.pem`.', isRequired: true, schema: Type.String() }],
  answers: {
    200: {
      description: 'The key.',
      content: { 'application/x-pem-file': Type.String({ description: 'A public key (RFC 7468, section 13).' }) },
      headers: KEPT,
    },
    404: { description: 'There is no such key.', content: json(CheckingError) },
  },
  errors: json(CheckingError),
}

export const OPERATIONS: readonly Operation[] = [introspection, verify, publicKeys, pem]

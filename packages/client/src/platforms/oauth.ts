import { readBaseUrl } from '../base-url.ts'
import { refuseWrong, SECRET, TEXT } from '../check-options.ts'
import { type ConnectionOptions, openConnection } from '../connect-platform.ts'
import type { Connection } from '../connection.ts'
import { RingkeyError } from '../error.ts'
import type { Exchange } from '../exchange.ts'
import { askForGrant, canRefresh, type FormClient, refreshGrant } from '../form-grant.ts'
import type { Grant } from '../grant.ts'
import { type Account, type Place, type Platform, required, type SecretText, wrapPassword, wrapTrimmed } from '../platform.ts'

export interface OAuthCredentials {
  /** Of the server's metadata, where its endpoints are read from. */
  readonly issuer: string
  readonly clientId: string
  /** With it alone: client credentials (RFC 6749, section 4.4). */
  readonly clientSecret?: SecretText
  /** How the client proves itself; by default `basic`. */
  readonly clientAuthentication?: 'basic' | 'post'
  readonly scope?: string
  /** RFC 8707. */
  readonly resource?: string
  /** Of a sign-in that took place elsewhere. What it becomes is kept; it is used once. */
  readonly refreshToken?: SecretText
  /** For servers that still have the password grant. */
  readonly username?: string
  readonly password?: SecretText
}

/** Any server with metadata (RFC 8414, or OpenID Connect Discovery 1.0). */
export const oauth: Platform<OAuthCredentials> & Required<Pick<Platform<OAuthCredentials>, 'credentials'>> = {
  name: 'oauth',
  baseUrl: undefined,
  credentials: {
    issuer: TEXT,
    clientId: TEXT,
    clientSecret: SECRET,
    clientAuthentication: ["'basic' or 'post'", (value) => value === 'basic' || value === 'post'],
    scope: TEXT,
    resource: TEXT,
    refreshToken: SECRET,
    username: TEXT,
    password: SECRET,
  },
  open: openAccount,
}

function openAccount(credentials: OAuthCredentials, { baseUrl }: Place): Account {
  const { issuer, scope = '', resource, username, clientAuthentication } = credentials
  const clientId = required(credentials.clientId, 'The clientId')
  const clientSecret = credentials.clientSecret === undefined ? undefined : wrapPassword(credentials.clientSecret)
  const password = credentials.password === undefined ? undefined : wrapPassword(credentials.password)
  const refreshToken = credentials.refreshToken === undefined ? undefined : wrapTrimmed(credentials.refreshToken)
  const open = createDiscovery(required(issuer, 'The issuer'), { clientId, clientSecret, clientAuthentication })
  const extra = { scope: scope === '' ? undefined : scope, resource }
  const signInWith = (fields: Readonly<Record<string, string | undefined>>) => async (exchange: Exchange) =>
    askForGrant(await open(exchange), { ...fields, ...extra }, exchange)
  const byPassword = username !== undefined && password !== undefined
  const byClient = clientSecret !== undefined && refreshToken === undefined && username === undefined
  const fields = byPassword
    ? { grant_type: 'password', username, password: password.reveal() }
    : byClient
      ? { grant_type: 'client_credentials' }
      : undefined
  return {
    identity: [baseUrl, clientId, scope, resource ?? '', username ?? '', refreshToken?.reveal() ?? ''],
    secrets: [clientSecret, password, refreshToken].filter((secret) => secret !== undefined),
    given: refreshToken === undefined ? undefined : { accessToken: refreshToken, refreshToken, issuedAt: 0, expiresAt: 0 },
    signIn: fields === undefined ? undefined : signInWith(fields),
    canRefresh,
    refresh: async (grant: Grant, exchange) => refreshGrant(await open(exchange), grant, exchange),
    headers: (value) => ({ authorization: `Bearer ${value}` }),
    signInAdvice: 'Sign in again, and give the new refresh token, password or secret.',
  }
}

/** Finds the token endpoint once. What was found is forgotten with a failure. */
function createDiscovery(issuer: string, client: Omit<FormClient, 'platform' | 'tokenUrl'>) {
  let found: Promise<FormClient> | undefined
  return (exchange: Exchange): Promise<FormClient> => {
    found ??= discover(issuer, exchange).then((tokenUrl) => ({ ...client, platform: new URL(issuer).host, tokenUrl }))
    found.catch(() => {
      found = undefined
    })
    return found
  }
}

async function discover(issuer: string, exchange: Exchange): Promise<string> {
  const { origin, pathname } = new URL(issuer)
  const path = pathname === '/' ? '' : pathname.replace(/\/$/, '')
  // RFC 8414, section 3.1, puts the well-known part before the issuer's path; OpenID Connect behind it.
  const places = [`${origin}/.well-known/oauth-authorization-server${path}`, `${origin}${path}/.well-known/openid-configuration`]
  for (const url of places) {
    const { status, body } = await exchange.send({ method: 'GET', url })
    if (status !== 200 || typeof body.token_endpoint !== 'string') continue
    refuseForeign(issuer, body.issuer, body.token_endpoint)
    return body.token_endpoint
  }
  throw new RingkeyError('configuration', `${issuer} has no OAuth metadata. Look at the issuer's address.`, { outcome: 'not_done' })
}

/** RFC 8414, section 3.3: who answers for another issuer is not to be believed. */
function refuseForeign(issuer: string, named: unknown, tokenUrl: string): void {
  const plain = (address: unknown) => String(address).replace(/\/$/, '')
  if (plain(named) !== plain(issuer)) {
    throw new RingkeyError('configuration', `The metadata at ${issuer} names another issuer. Give the issuer as the server spells it.`)
  }
  const secure = (address: string) => URL.canParse(address) && new URL(address).protocol === 'https:'
  if (secure(issuer) && !secure(tokenUrl)) {
    throw new RingkeyError('configuration', `The token endpoint of ${issuer} is not https. Ask whoever runs the server.`)
  }
}

/** As `connect({ issuer, … })`, without the platforms. */
export async function connect(credentials: OAuthCredentials, options: Omit<ConnectionOptions, 'baseUrl'> = {}): Promise<Connection> {
  refuseWrong('credentials', credentials, oauth.credentials)
  readBaseUrl(required(credentials.issuer, 'The issuer'), 'issuer')
  refuseWrong('options', options, {})
  return openConnection(oauth, credentials, { ...options, baseUrl: credentials.issuer })
}

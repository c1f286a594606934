import { SECRET, TEXT } from '../check-options.ts'
import { type ConnectionOptions, openConnection } from '../connect-platform.ts'
import type { Connection } from '../connection.ts'
import { RingkeyError } from '../error.ts'
import type { Exchange } from '../exchange.ts'
import { askForGrant, canRefresh, type FormClient, readFormGrant, refreshGrant } from '../form-grant.ts'
import type { Grant } from '../grant.ts'
import { type Account, type Place, type Platform, required, type SecretText, wrapPassword } from '../platform.ts'

export interface VoipexCredentials {
  /** Of the API access that was made at the portal. */
  readonly email: string
  /** Without it the kept session is renewed for as long as it lives; then somebody has to sign in. */
  readonly password?: SecretText
  /** By default `api`. */
  readonly clientId?: string
  readonly clientSecret?: SecretText
  /** By default what the portal asks for: `openid profile`. */
  readonly scope?: string
  /** The address of a user whose tokens these are to be. The API access needs the right of impersonation. */
  readonly impersonate?: string
}

const TITLE = 'VOIPEX'

/** @see https://ipexcloud.github.io/voipex-docs/docs/auth */
export const voipex: Platform<VoipexCredentials> = {
  name: 'voipex',
  baseUrl: 'https://auth.voipex.io',
  apiUrl: 'https://ipbxapi.voipex.io',
  apiOrigins: ['https://ipbxapiv2.voipex.io', 'https://sms-api.voipex.io', 'https://restapi.ipex.cz'],
  droppedPath: /\/token$/,
  credentials: { email: TEXT, password: SECRET, clientId: TEXT, clientSecret: SECRET, scope: TEXT, impersonate: TEXT },
  open: openAccount,
}

function openAccount(credentials: VoipexCredentials, { baseUrl }: Place): Account {
  const username = required(credentials.email, `The email of ${TITLE}`)
  const { clientId = 'api', scope = 'openid profile', impersonate } = credentials
  const password = credentials.password === undefined ? undefined : wrapPassword(credentials.password)
  const clientSecret = credentials.clientSecret === undefined ? undefined : wrapPassword(credentials.clientSecret)
  const client: FormClient = {
    platform: TITLE,
    tokenUrl: `${baseUrl}/token`,
    clientId: clientId.trim(),
    clientSecret,
    clientAuthentication: 'post',
  }
  const signIn = async (exchange: Exchange) => {
    const own = await askForGrant(client, { grant_type: 'password', username, password: password?.reveal(), scope }, exchange)
    return impersonate === undefined ? own : speakFor(impersonate.trim(), baseUrl, own, exchange)
  }
  return {
    identity: ['email', username.toLowerCase(), client.clientId, scope, impersonate?.trim().toLowerCase() ?? ''],
    secrets: [password, clientSecret].filter((secret) => secret !== undefined),
    signIn: password === undefined ? undefined : signIn,
    canRefresh,
    refresh: (grant, exchange) => refreshGrant(client, grant, exchange),
    headers: (value) => ({ authorization: `Bearer ${value}` }),
    signInAdvice: 'Run: ringkey login voipex',
  }
}

/** The platform's own exchange, beside Keycloak: the token of the access for a token of one of its users. */
async function speakFor(email: string, baseUrl: string, { accessToken }: Grant, exchange: Exchange): Promise<Grant> {
  const headers = { authorization: `Bearer ${accessToken.reveal()}` }
  const answer = await exchange.send({ method: 'POST', url: `${baseUrl}/token-exchange`, headers, json: { email } })
  if (answer.status === 403 || answer.status === 404) {
    const sentence = `${TITLE} lets this API access not speak for that user: ${exchange.quote(answer)}. Tick Impersonation at the portal, and look at the address.`
    throw new RingkeyError('credentials_refused', sentence, { status: answer.status, outcome: 'not_done' })
  }
  return readFormGrant(TITLE, answer, exchange)
}

/** As `connect('voipex', …)`, without the other platforms. */
export function connect(credentials: VoipexCredentials, options?: ConnectionOptions): Promise<Connection> {
  return openConnection(voipex, credentials, options)
}

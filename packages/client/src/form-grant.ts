/** The token endpoint of OAuth 2 (RFC 6749, sections 3.2 and 5): a form in, a grant or an error in its words out. */
import { RingkeyError } from './error.ts'
import type { Answer, Exchange } from './exchange.ts'
import type { Grant } from './grant.ts'
import { misfit, secondsIn, textIn } from './platform.ts'
import { Secret } from './secret.ts'

export interface FormClient {
  readonly platform: string
  readonly tokenUrl: string
  readonly clientId: string
  readonly clientSecret?: Secret | undefined
  /** RFC 6749, section 2.3.1; `post` only for servers that want it. */
  readonly clientAuthentication?: 'basic' | 'post' | undefined
}

type Fields = Readonly<Record<string, string | undefined>>

export async function askForGrant(client: FormClient, fields: Fields, exchange: Exchange): Promise<Grant> {
  const { clientId, clientSecret, clientAuthentication = 'basic', tokenUrl } = client
  const isBasic = clientSecret !== undefined && clientAuthentication === 'basic'
  const own = isBasic ? {} : { client_id: clientId, client_secret: clientSecret?.reveal() }
  const headers = isBasic ? { authorization: basic(clientId, clientSecret) } : {}
  const answer = await exchange.send({ method: 'POST', url: tokenUrl, headers, form: { ...own, ...fields } })
  return readFormGrant(client.platform, answer, exchange)
}

/** Name and secret are encoded as form values first. */
function basic(clientId: string, secret: Secret): string {
  const encode = (text: string) => new URLSearchParams({ '': text }).toString().slice(1)
  return `Basic ${btoa(`${encode(clientId)}:${encode(secret.reveal())}`)}`
}

const CLIENT_REFUSED = new Set(['invalid_client', 'unauthorized_client', 'unsupported_grant_type', 'invalid_scope', 'invalid_target'])

/** RFC 6749, sections 5.1 and 5.2; `refresh_expires_in` is Keycloak's. */
export function readFormGrant(platform: string, answer: Answer, exchange: Exchange): Grant {
  const { status, at, body } = answer
  const token = textIn(answer, 'access_token')
  if (status === 200 && token !== undefined) {
    const expiresIn = secondsIn(answer, 'expires_in')
    const refreshToken = textIn(answer, 'refresh_token')
    const refreshExpiresIn = secondsIn(answer, 'refresh_expires_in')
    return {
      accessToken: new Secret(token),
      issuedAt: at,
      expiresAt: expiresIn === undefined ? undefined : at + expiresIn * 1000,
      ...(refreshToken === undefined ? {} : { refreshToken: new Secret(refreshToken) }),
      refreshExpiresAt: refreshExpiresIn === undefined ? undefined : at + refreshExpiresIn * 1000,
      scope: textIn(answer, 'scope'),
    }
  }
  if (typeof body.error === 'string' && CLIENT_REFUSED.has(body.error)) {
    const sentence = `${platform} refused the client: ${exchange.quote(answer)}. Correct the client id, its secret, scope or rights.`
    throw new RingkeyError('configuration', sentence, { status, outcome: 'not_done' })
  }
  if ([400, 401, 403].includes(status)) {
    throw new RingkeyError('credentials_refused', `${platform} refused: ${exchange.quote(answer)}. Sign in again.`, {
      status,
      outcome: 'not_done',
    })
  }
  throw misfit(platform, answer)
}

/** A refresh token stays good where the answer brings no other (RFC 6749, section 6). */
export async function refreshGrant(client: FormClient, { refreshToken, refreshExpiresAt }: Grant, exchange: Exchange): Promise<Grant> {
  const fields = { grant_type: 'refresh_token', refresh_token: refreshToken?.reveal() ?? '' }
  const next = await askForGrant(client, fields, exchange)
  return next.refreshToken === undefined ? { ...next, refreshToken, refreshExpiresAt } : next
}

export function canRefresh({ refreshToken, refreshExpiresAt }: Grant, at: number): boolean {
  return refreshToken !== undefined && (refreshExpiresAt === undefined || at < refreshExpiresAt)
}

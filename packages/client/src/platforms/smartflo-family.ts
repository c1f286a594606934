/** Smartflo and Servetel: a JSON sign-in, and a token that renews itself. */
import { SECRET, TEXT } from '../check-options.ts'
import { RingkeyError } from '../error.ts'
import type { Answer, Exchange } from '../exchange.ts'
import type { Grant } from '../grant.ts'
import { instantOf, readClaims } from '../jwt.ts'
import {
  type Account,
  misfit,
  type Place,
  type Platform,
  required,
  type SecretText,
  secondsIn,
  textIn,
  wrapPassword,
  wrapTrimmed,
} from '../platform.ts'
import { Secret } from '../secret.ts'

export interface PasswordCredentials {
  /** The e-mail address or login id. */
  readonly email?: string
  /** Without it the kept token is renewed as long as the platform allows; then somebody has to sign in. */
  readonly password?: SecretText
  /** A permanent token, used as it is; or one of an hour, which is renewed. */
  readonly token?: SecretText
}

interface Dialect {
  readonly name: string
  readonly title: string
  readonly baseUrl: string
}

const DEFAULT_LIFE_SECONDS = 3600
/** Permanent tokens live nine and a half years; nothing else lives half a year. */
const PERMANENT_MS = 180 * 86_400_000
const PERMANENT_ISSUER = /\/token\/generate$/

export function createFamilyPlatform(dialect: Dialect): Platform<PasswordCredentials> {
  return {
    name: dialect.name,
    baseUrl: dialect.baseUrl,
    droppedPath: /\/v1(?:\/auth(?:\/login)?)?$/,
    credentials: { email: TEXT, password: SECRET, token: SECRET },
    open: (credentials, place) => openAccount(dialect, credentials, place),
  }
}

function openAccount({ name, title }: Dialect, credentials: PasswordCredentials, { baseUrl, repeatsLostAnswers }: Place): Account {
  const token =
    credentials.token === undefined
      ? undefined
      : new Secret(
          wrapTrimmed(credentials.token)
            .reveal()
            .replace(/^bearer\s+/i, ''),
        )
  const password = credentials.password === undefined ? undefined : wrapPassword(credentials.password)
  const email =
    token === undefined || password !== undefined ? required(credentials.email, `The email of ${title}`) : credentials.email?.trim()
  return {
    identity: email === undefined ? ['token', token?.reveal() ?? ''] : ['email', email.toLowerCase()],
    secrets: [token, password].filter((secret) => secret !== undefined),
    given: token === undefined ? undefined : givenGrant(token),
    signIn: email === undefined || password === undefined ? undefined : (exchange) => signIn(title, baseUrl, { email, password }, exchange),
    // The platforms' documents renew a token that is still good; a Ringkey server also one that has run out.
    canRefresh: ({ accessToken, expiresAt }, at) =>
      !isPermanent(accessToken) && (repeatsLostAnswers || expiresAt === undefined || at < expiresAt),
    refresh: (grant, exchange) => refresh(title, baseUrl, grant, exchange),
    async signOut({ accessToken }, exchange) {
      if (isPermanent(accessToken)) return // it belongs to no sign-in
      await exchange.send({ method: 'POST', url: `${baseUrl}/v1/auth/logout`, headers: { authorization: accessToken.reveal() } })
    },
    headers: (value) => ({ authorization: `Bearer ${value}` }), // stock jwt-auth finds no token without the word
    signInAdvice:
      token === undefined ? `Run: ringkey login ${name}` : `Make a new token at the ${title} portal, or run: ringkey login ${name}`,
  }
}

/** Its claims are by the platform's clock. */
function givenGrant(token: Secret): Grant {
  const claims = readClaims(token.reveal())
  return { accessToken: token, issuedAt: instantOf(claims?.iat) ?? 0, expiresAt: instantOf(claims?.exp) }
}

function isPermanent(token: Secret): boolean {
  const { iss, iat, exp } = readClaims(token.reveal()) ?? {}
  const life = (instantOf(exp) ?? 0) - (instantOf(iat) ?? 0)
  return (typeof iss === 'string' && PERMANENT_ISSUER.test(iss)) || life > PERMANENT_MS
}

async function signIn(
  title: string,
  baseUrl: string,
  { email, password }: { email: string; password: Secret },
  exchange: Exchange,
): Promise<Grant> {
  const json = { email, password: password.reveal() }
  const answer = await exchange.send({ method: 'POST', url: `${baseUrl}/v1/auth/login`, json })
  return readGrant(title, answer, () => {
    const failed = Number(answer.body.login_failed_count)
    const count = failed > 0 ? ` It has counted ${failed} failed sign-ins; too many lock the account.` : ''
    return `${title} refused the sign-in: ${exchange.quote(answer)}.${count} Correct email and password.`
  })
}

/** The token stands in the header as it is: so the document shows it. */
async function refresh(title: string, baseUrl: string, { accessToken }: Grant, exchange: Exchange): Promise<Grant> {
  const headers = { authorization: accessToken.reveal() }
  const answer = await exchange.send({ method: 'POST', url: `${baseUrl}/v1/auth/refresh`, headers })
  return readGrant(title, answer, () => `${title} does not renew this token: ${exchange.quote(answer)}. Sign in again.`)
}

function readGrant(title: string, answer: Answer, refusal: () => string): Grant {
  const { status, at, body } = answer
  const nested =
    typeof body.data === 'object' && body.data !== null
      ? textIn({ ...answer, body: body.data as Answer['body'] }, 'token', 'access_token')
      : undefined
  const token = textIn(answer, 'access_token', 'token') ?? nested
  if (status === 200 && body.success !== false && token !== undefined) {
    const expiresIn = secondsIn(answer, 'expires_in')
    const expiresAt = expiresIn === undefined ? instantOf(readClaims(token)?.exp) : at + expiresIn * 1000
    return { accessToken: new Secret(token), issuedAt: at, expiresAt: expiresAt ?? at + DEFAULT_LIFE_SECONDS * 1000 }
  }
  if ([400, 401, 403, 422].includes(status) || body.success === false) {
    throw new RingkeyError('credentials_refused', refusal(), { status, outcome: 'not_done' })
  }
  throw misfit(title, answer)
}

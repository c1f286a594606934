/** A token, read without its key: what it says of itself, for a person to look at. Whether that is true, only a check can say. */
import type { EpochSeconds } from '../../domain/time.ts'
import type { Row } from '../../pages/trial-model.ts'

export interface DecodedToken {
  readonly about: string
  readonly header: readonly Row[]
  readonly claims: readonly Row[]
}

/** RFC 7519, section 4.1; OpenID Connect Core 1.0, section 2. */
const TIMES: ReadonlySet<string> = new Set(['iat', 'nbf', 'exp', 'auth_time'])

const UNREADABLE = 'This is no token that can be read: it is not in the compact form of a JWT.'

export function decodeToken(token: string, at: EpochSeconds): DecodedToken {
  const parts = token.split('.')
  const header = readPart(parts[0] ?? '', at)
  if (header === undefined || (parts.length !== 3 && parts.length !== 5)) {
    const isRefresh = token.startsWith('RTSVH2:')
    const about = isRefresh ? 'This is a refresh token of VPaaS: it gets access tokens, and is none.' : UNREADABLE
    return { about, header: [], claims: [] }
  }
  // RFC 7516, section 3: five parts are encrypted.
  if (parts.length === 5)
    return {
      about: 'The token is sealed: what it claims can be read by this server alone, so applications treat it as a mere text.',
      header,
      claims: [],
    }
  const claims = readPart(parts[1] ?? '', at)
  if (claims === undefined) return { about: UNREADABLE, header, claims: [] }
  return { about: aboutOf(header, claims, parts[2] ?? ''), header, claims }
}

const SIGNED =
  'The token is signed: everybody can read it, and nobody can change it unnoticed. Whether the signature is right, the check says.'
const UNSIGNED = 'The token bears no signature: anybody can have made it.'
const PERMANENT = `By what it says, this is a permanent token. ${SIGNED} One needs no refreshing, and ends when it is revoked.`

function aboutOf(header: readonly Row[], claims: readonly Row[], signature: string): string {
  const algorithm = header.find(({ name }) => name === 'alg')?.value.toLowerCase()
  if (signature === '' || algorithm === undefined || algorithm === 'none') return UNSIGNED
  return isPermanent(claims) ? PERMANENT : SIGNED
}

/** As they name their issuer in the Smartflo family, which other tokens do not. */
function isPermanent(claims: readonly Row[]): boolean {
  return claims.some(({ name, value }) => name === 'iss' && value.endsWith('/token/generate'))
}

function readPart(part: string, at: EpochSeconds): Row[] | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined
    return Object.entries(parsed).map(([name, value]: [string, unknown]) => rowOf(name, value, at))
  } catch {
    return undefined // no JSON, or nested so deeply that it cannot be written again
  }
}

function rowOf(name: string, value: unknown, at: EpochSeconds): Row {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return { name, value: text, words: TIMES.has(name) && typeof value === 'number' ? sayTime(value, at) : undefined }
}

/** The last second that a date can hold (ECMA-262, section 21.4.1.1). */
const LAST_SECOND = 8_640_000_000_000

/** `21 November 2026, 15:26:50 UTC, in 59 minutes` */
export function sayTime(seconds: number, at: EpochSeconds): string | undefined {
  if (Math.abs(seconds) > LAST_SECOND) return undefined
  const date = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'medium', timeZone: 'UTC' }).format(seconds * 1000)
  return `${date.replace(' at ', ', ')} UTC, ${sayDistance(seconds - at)}`
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const

function sayDistance(seconds: number): string {
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1]
  return new Intl.RelativeTimeFormat('en', { numeric: 'auto' }).format(Math.trunc(seconds / size), unit)
}

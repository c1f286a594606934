/** One request to a platform and its answer, for tokens only: bounded in time, never redirected elsewhere, its failures told apart. */
import type { Environment } from './environment-parts.ts'
import { RingkeyError } from './error.ts'
import { readRetryAfter } from './keep/back-off.ts'
import type { ServerClock } from './keep/server-clock.ts'
import { Secret, scrub } from './secret.ts'

export interface TokenRequest {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly form?: Readonly<Record<string, string | undefined>>
  readonly json?: Readonly<Record<string, unknown>>
}

export interface Answer {
  readonly status: number
  /** Its JSON object, or an empty one. Blanks around names and texts are gone: documents print them by mistake. */
  readonly body: Readonly<Record<string, unknown>>
  readonly text: string
  readonly location: string | null
  /** When the request left, by the platform's clock. */
  readonly at: number
  /** What was sent and is nobody else's business. */
  readonly sent: readonly Secret[]
}

export interface Exchange {
  /** @throws RingkeyError for everything but an answer below 500 that is not 429 */
  send(request: TokenRequest): Promise<Answer>
  /** A refusal's sentence, without what the platform may have repeated of the request. */
  quote(answer: Answer): string
}

export interface ExchangeParts {
  readonly platform: string
  readonly environment: Environment
  readonly clock: ServerClock
  readonly requestTimeoutMs: number
  readonly secrets: readonly Secret[]
}

export function createExchange(parts: ExchangeParts): Exchange {
  return {
    send: (request) => send(parts, request, true),
    quote: (answer) => quote(parts, answer),
  }
}

async function send(parts: ExchangeParts, request: TokenRequest, mayFollow: boolean): Promise<Answer> {
  const { environment, clock } = parts
  const sentAt = environment.now()
  const { response, text } = await call(parts, request)
  clock.learn(response.headers.get('date'), sentAt, environment.now())
  const at = sentAt + clock.aheadMs
  const followed = mayFollow ? followable(request.url, response) : undefined
  if (followed !== undefined) return send(parts, { ...request, url: followed }, false)
  const answer = {
    status: response.status,
    body: readObject(text),
    text,
    location: response.headers.get('location'),
    at,
    sent: secretsIn(request),
  }
  refuseUnserved(parts, answer, response.headers.get('retry-after'))
  return answer
}

async function call(parts: ExchangeParts, request: TokenRequest): Promise<{ response: Response; text: string }> {
  const { environment, requestTimeoutMs } = parts
  const { method, url, headers, form, json } = request
  const body = form === undefined ? json && JSON.stringify(json) : encodeForm(form)
  const type = form === undefined ? 'application/json' : 'application/x-www-form-urlencoded'
  try {
    const response = await environment.fetch(url, {
      method,
      headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': type }), ...headers },
      redirect: 'manual', // a password goes to the address that it was meant for
      signal: AbortSignal.timeout(requestTimeoutMs),
      ...(body === undefined ? {} : { body }),
    })
    return { response, text: await response.text() }
  } catch (error) {
    throw toFailure({ ...parts, secrets: [...parts.secrets, ...secretsIn(request)] }, error)
  }
}

/** Fields whose values anybody may read. All others are secrets. */
const PUBLIC = /^(?:accept|content-type|grant_type|client_id|clientid|scope|resource|username|email)$/i

export function secretsIn({ headers, form, json }: Pick<TokenRequest, 'headers' | 'form' | 'json'>): Secret[] {
  const fields = Object.entries({ ...headers, ...form, ...json })
  const values = fields.flatMap(([name, value]) => (PUBLIC.test(name) || typeof value !== 'string' ? [] : value.split(' ').concat(value)))
  return values.filter((value) => !/^(?:|bearer|basic)$/i.test(value)).map((value) => new Secret(value))
}

function encodeForm(form: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(form).filter((pair): pair is [string, string] => pair[1] !== undefined)
  return new URLSearchParams(given).toString()
}

/** RFC 9110, sections 15.4.8 and 15.4.9: these two keep method and body. Only within one origin. */
function followable(url: string, { status, headers }: Response): string | undefined {
  const location = headers.get('location')
  if ((status !== 307 && status !== 308) || location === null || !URL.canParse(location, url)) return undefined
  const target = new URL(location, url)
  return target.origin === new URL(url).origin ? target.href : undefined
}

function readObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return {}
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [name.trim(), typeof member === 'string' ? member.trim() : member]),
    )
  } catch {
    return {}
  }
}

function refuseUnserved({ platform, environment, clock }: ExchangeParts, { status }: Answer, retryAfter: string | null): void {
  const retryAfterSeconds = readRetryAfter(retryAfter, environment.now() + clock.aheadMs)
  if (status === 429) {
    const wait = retryAfterSeconds === undefined ? 'Wait a minute.' : `Wait ${retryAfterSeconds} s.`
    throw new RingkeyError('rate_limited', `${platform} was asked too often. ${wait}`, { status, retryAfterSeconds, outcome: 'not_done' })
  }
  if (status < 500) return
  // Who answers 503 has done nothing; a gateway's 502 or 504 may stand before a server that has.
  const outcome = status === 503 ? 'not_done' : 'unknown'
  throw new RingkeyError('unavailable', `${platform} answered ${status}. Try again later.`, { status, retryAfterSeconds, outcome })
}

interface FailedRequest extends Pick<ExchangeParts, 'platform' | 'secrets'> {
  readonly requestTimeoutMs?: number
}

/** Before the request was sent nothing can have been done. */
const NOT_SENT = /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|UND_ERR_CONNECT_TIMEOUT|RINGKEY_PROXY)$/
const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/

/** A request that has met no answer, in this package's words. */
export function toFailure({ platform, requestTimeoutMs, secrets }: FailedRequest, error: unknown): RingkeyError {
  if (error instanceof RingkeyError) return error
  const cause = safeCause(error, secrets)
  const code = cause.code ?? ''
  if (error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError')) {
    const within = requestTimeoutMs === undefined ? 'in time' : `within ${Math.ceil(requestTimeoutMs / 1000)} s`
    const sentence = `${platform} did not answer ${within}. Try again, or look at the network.`
    return new RingkeyError('timeout', sentence, { outcome: 'unknown', cause })
  }
  if (UNTRUSTED.test(code)) {
    const sentence = `The certificate of ${platform} is not trusted (${code}). Name your own authority's certificate in NODE_EXTRA_CA_CERTS.`
    return new RingkeyError('configuration', sentence, { outcome: 'not_done', cause })
  }
  const why = code === '' ? '' : ` (${code})`
  const outcome = NOT_SENT.test(code) ? 'not_done' : 'unknown'
  return new RingkeyError('network', `${platform} could not be reached${why}. Look at the network, the address and the proxy.`, {
    outcome,
    cause,
  })
}

/** What failed may carry the request with it, as the errors of some libraries do: only its name, code and words are kept. */
export function safeCause(error: unknown, secrets: readonly Secret[]): Error & { code?: string } {
  const { name, message, cause } = error instanceof Error ? error : new Error(String(error))
  const code = codeOf(error) ?? codeOf(cause)
  const safe = new Error(scrub(cause instanceof Error ? `${message}: ${cause.message}` : message, secrets))
  return Object.assign(safe, { name, ...(code === undefined ? {} : { code }) })
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code
  if (typeof code === 'string') return code
  const inner = (error as { errors?: unknown } | undefined)?.errors // one per address that was tried
  return Array.isArray(inner) ? codeOf(inner[0]) : undefined
}

const MAX_QUOTE = 200

function quote({ secrets }: ExchangeParts, { body, status, sent }: Answer): string {
  const said = [body.error, body.error_description, body.message].filter((part) => typeof part === 'string' && part !== '').join(': ')
  const safe = scrub(said, [...secrets, ...sent])
    .replace(/[^\x20-\x7e]/g, ' ')
    .slice(0, MAX_QUOTE)
    .replace(/[\s.!?:]+$/, '') // the sentence that it stands in has an end of its own
  return safe === '' ? `status ${status}` : `"${safe}"`
}

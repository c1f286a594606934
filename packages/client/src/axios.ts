/**
 * The token on the calls of axios. It is put on below the adapter and taken off the answer, so that neither what axios keeps of a call nor its
 * errors have it. axios is the caller's, version 1.5 or later; what is needed of it is described here.
 */
import { canBeSentTwice, needsRedirectsHeld, type Sent } from './authorize.ts'
import type { Connection } from './connection.ts'
import { RingkeyError } from './error.ts'

export interface AxiosCallHeaders {
  concat(added: Record<string, string>): AxiosCallHeaders
}

/** Of axios's own. */
export interface AxiosCall {
  readonly headers: AxiosCallHeaders
  readonly data?: unknown
  readonly adapter?: unknown
  readonly fetchOptions?: unknown
  readonly beforeRedirect?: unknown
}

export type AxiosAdapter = (call: AxiosCall) => Promise<unknown>

/** `axios` itself: an instance of `axios.create()` has no `getAdapter`. */
export interface Axios {
  readonly defaults: { readonly adapter?: unknown }
  getAdapter(adapters: unknown): unknown
  getUri(call: object): string
}

/**
 * An interceptor for requests. A call that is answered 401 is made once more with a new token; one whose body cannot be sent twice is
 * answered 401, and the next one has a new token. A call to anybody but the platform fails.
 *
 *     const api = axios.create({ baseURL: 'https://api-smartflo.tatateleservices.com' })
 *     api.interceptors.request.use(addToken(smartflo, axios))
 */
export function addToken(connection: Pick<Connection, 'authorize'>, axios: Axios): <Called extends AxiosCall>(call: Called) => Called {
  return (call) => {
    const send = axios.getAdapter(call.adapter ?? axios.defaults.adapter) as AxiosAdapter
    const adapter: AxiosAdapter = async (prepared) => {
      const address = addressOf(axios.getUri(prepared))
      const attempt = await connection.authorize(address, {
        canRepeat: canBeSentTwice(prepared.data),
        send: (headers) => sendOnce(send, { ...prepared, beforeRedirect: leaveBehind(headers, address, prepared.beforeRedirect) }, headers),
      })
      if (attempt.hasFailed) throw attempt.outcome
      return attempt.outcome
    }
    return { ...call, adapter }
  }
}

function addressOf(uri: string): URL {
  const page = (globalThis as { location?: { href: string } }).location?.href
  if (URL.canParse(uri, page)) return new URL(uri, page)
  throw new RingkeyError('configuration', 'This call has no whole address. Give axios a baseURL.')
}

/** Of the request that a redirect leads to. */
interface NextRequest {
  readonly href?: string
  readonly headers: Record<string, unknown>
}

/** Below axios on Node, `Authorization` goes along to names below the first one. They are other origins, and may be other people's. */
function leaveBehind(added: Readonly<Record<string, string>>, from: URL, ofCaller: unknown) {
  return (next: NextRequest, ...rest: readonly unknown[]): void => {
    const isSame = next.href !== undefined && new URL(next.href).origin === from.origin
    for (const name of Object.keys(next.headers)) {
      if (!isSame && Object.keys(added).some((one) => one.toLowerCase() === name.toLowerCase())) delete next.headers[name]
    }
    if (typeof ofCaller === 'function') ofCaller(next, ...rest)
  }
}

/** What became of a call: an answer, or what axios throws in its place. */
interface Attempt {
  readonly hasFailed: boolean
  readonly outcome: unknown
}

async function sendOnce(send: AxiosAdapter, call: AxiosCall, added: Readonly<Record<string, string>>): Promise<Sent<Attempt>> {
  // XMLHttpRequest cannot be told to follow no redirect.
  const hold = needsRedirectsHeld(added) ? { maxRedirects: 0, fetchOptions: { ...Object(call.fetchOptions), redirect: 'manual' } } : {}
  const answer = await send({ ...call, ...hold, headers: call.headers.concat({ ...added }) }).then(
    (outcome): Attempt => ({ hasFailed: false, outcome }),
    (outcome: unknown): Attempt => ({ hasFailed: true, outcome }),
  )
  const canRepeat = canBeSentTwice(call.data)
  // A stream is bound to the request that it was read into, and that one has the token.
  const response = takeTokenOff(answer.outcome, canRepeat ? call : { ...call, data: undefined })
  const isRefused = response?.status === 401
  if (isRefused && canRepeat) putAway(response.data)
  return { answer, isRefused }
}

interface Answered {
  readonly status?: number
  readonly data?: unknown
  config?: unknown
  request?: unknown
  readonly response?: unknown
}

/**
 * An answer and an error have the call that was sent, and the machine's own request with its headers.
 * @param outcome an answer, or an error that may have one
 * @returns the answer, if there is one
 */
function takeTokenOff(outcome: unknown, call: AxiosCall): Answered | undefined {
  if (typeof outcome !== 'object' || outcome === null || !('config' in outcome)) return undefined
  const answered: Answered = outcome
  answered.config = call
  answered.request = undefined
  return takeTokenOff(answered.response, call) ?? (outcome instanceof Error ? undefined : answered)
}

/** The body of an answer that nobody reads, where it comes as a stream. */
function putAway(body: unknown): void {
  if (body instanceof ReadableStream) void body.cancel()
  else (body as { resume?: () => void } | null | undefined)?.resume?.()
}

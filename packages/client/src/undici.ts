/**
 * The token on the calls of an undici dispatcher, and so of everything that takes one: `request`, `stream`, `pipeline`, `fetch`. undici
 * is the caller's, version 7 or later; what is needed of it is described here.
 */
import { canBeSentTwice, needsRedirectsHeld, type Sent } from './authorize.ts'
import type { Connection } from './connection.ts'
import { RingkeyError } from './error.ts'

/** Of undici's options. */
export interface DispatchedCall {
  readonly origin?: string | URL | undefined
  readonly path: string
  /** Pairs in an object or in something iterable, or names and values in turn in an array. */
  readonly headers?: object | null | undefined
  readonly body?: unknown
}

/** What undici tells of a call as it goes on. */
export interface DispatchHandler {
  onRequestStart?(controller: unknown, context: unknown): void
  onRequestUpgrade?(controller: unknown, status: number, headers: unknown, socket: unknown): void
  onResponseStart?(controller: unknown, status: number, headers: unknown, message?: string): void
  onResponseData?(controller: unknown, chunk: unknown): void
  onResponseEnd?(controller: unknown, trailers: unknown): void
  onResponseError?(controller: unknown, error: Error): void
}

export type Dispatch = (call: DispatchedCall, handler: DispatchHandler) => boolean

/**
 * An interceptor for `compose`. A call that is answered 401 is made once more with a new token; one whose body cannot be sent twice is
 * answered 401, and the next one has a new token. A call to anybody but the platform fails.
 *
 *     const dispatcher = new Agent().compose(addToken(smartflo))
 *     const { statusCode } = await request('https://api-smartflo.tatateleservices.com/v1/call/records', { dispatcher })
 */
export function addToken(
  connection: Pick<Connection, 'authorize'>,
): <Given extends (call: never, handler: never) => boolean>(dispatch: Given) => Given {
  // undici's own type asks for more of a call than is looked at here, and what it is given is what it gave.
  return (dispatch) => intercept(connection, dispatch as unknown as Dispatch) as unknown as typeof dispatch
}

function intercept(connection: Pick<Connection, 'authorize'>, dispatch: Dispatch): Dispatch {
  return (call, handler) => {
    if (!('onRequestStart' in handler)) throw new RingkeyError('configuration', 'The token needs undici 7 or later. Update undici.')
    let controller: unknown = null
    const canRepeat = canBeSentTwice(call.body)
    const send = (headers: Readonly<Record<string, string>>) =>
      new Promise<Sent<undefined>>((resolve) => {
        const settle = (isRefused: boolean) => resolve({ answer: undefined, isRefused })
        const onStart = (started: unknown) => {
          controller = started
        }
        dispatch(withHeaders(call, headers), watch(handler, { canRepeat, onStart, settle }))
      })
    authorize(connection, call, { send, canRepeat }).catch((error: Error) => handler.onResponseError?.(controller, error))
    return true
  }
}

async function authorize(
  connection: Pick<Connection, 'authorize'>,
  { origin, path }: DispatchedCall,
  call: Parameters<Connection['authorize']>[1],
): Promise<void> {
  if (origin === undefined) {
    throw new RingkeyError('configuration', 'This dispatcher does not say where a call goes. Compose an Agent, or give the origin.')
  }
  await connection.authorize(new URL(path, origin), call)
}

interface Watch {
  readonly canRepeat: boolean
  readonly onStart: (controller: unknown) => void
  /** Called once it is known whether the platform has refused the token. */
  readonly settle: (isRefused: boolean) => void
}

/** Passes on what happens, but for a refusal that a second call follows. */
function watch(handler: DispatchHandler, { canRepeat, onStart, settle }: Watch): DispatchHandler {
  let isHeldBack = false
  return {
    onRequestStart(controller, context) {
      onStart(controller)
      handler.onRequestStart?.(controller, context)
    },
    onRequestUpgrade(...upgrade) {
      handler.onRequestUpgrade?.(...upgrade)
      settle(false)
    },
    onResponseStart(controller, status, ...rest) {
      isHeldBack = canRepeat && status === 401
      if (isHeldBack) return
      handler.onResponseStart?.(controller, status, ...rest)
      if (status >= 200) settle(status === 401)
    },
    onResponseData(...arrived) {
      if (!isHeldBack) handler.onResponseData?.(...arrived)
    },
    onResponseEnd(...ended) {
      if (isHeldBack) settle(true)
      else handler.onResponseEnd?.(...ended)
    },
    onResponseError(...failed) {
      handler.onResponseError?.(...failed)
      settle(false)
    },
  }
}

type Pair = readonly [string, string | readonly string[] | undefined]

/** The caller's, with these in the place of those of the same name. undici's own interceptor follows no redirect with `maxRedirections` 0. */
function withHeaders(call: DispatchedCall, added: Readonly<Record<string, string>>): DispatchedCall {
  const isAdded = (name: string) => Object.keys(added).some((other) => other.toLowerCase() === name.toLowerCase())
  const merged: Record<string, string | string[]> = {}
  for (const [name, value] of pairsOf(call.headers ?? {})) {
    if (value === undefined || isAdded(name)) continue
    const values = [merged[name] ?? [], value].flat()
    merged[name] = values.length === 1 ? values.join() : values
  }
  const hold = needsRedirectsHeld(added) ? { maxRedirections: 0 } : {}
  return { ...call, ...hold, headers: { ...merged, ...added } }
}

function pairsOf(headers: object): readonly Pair[] {
  if (Array.isArray(headers)) {
    return headers.flatMap((name: string, index): Pair[] => (index % 2 === 0 ? [[name, headers[index + 1] as string | undefined]] : []))
  }
  return Symbol.iterator in headers ? [...(headers as Iterable<Pair>)] : Object.entries(headers)
}

/**
 * A call with the token: sent once, and once more with a new token where the platform has refused it. `fetch` of a connection and the adapters of
 * other libraries are made of this, so that all of them renew alike.
 */
import { type ErrorCode, RingkeyError } from './error.ts'
import type { Keeper } from './keep/keeper.ts'
import type { Account } from './platform.ts'

export interface Sent<Answer> {
  readonly answer: Answer
  /** The platform has answered 401. */
  readonly isRefused: boolean
}

/** A call that somebody else sends. */
export interface AuthorizedCall<Answer> {
  /** Sends it with these headers. A refused answer that can be followed by a second call is put away here. */
  readonly send: (headers: Readonly<Record<string, string>>) => Promise<Sent<Answer>>
  /** False where the body is gone once it was sent: then a refusal is the answer, and the next call has a new token. */
  readonly canRepeat: boolean
}

/** @throws RingkeyError */
export type Authorize = <Answer>(call: AuthorizedCall<Answer>) => Promise<Answer>

export interface AuthorizeParts {
  readonly platform: string
  readonly keeper: Pick<Keeper, 'grant' | 'noteTaken' | 'noteRefused'>
  readonly account: Pick<Account, 'headers' | 'signInAdvice'>
}

/** Nobody has another token: all else may pass. */
const FINAL: ReadonlySet<string> = new Set<ErrorCode>(['reauthentication_required', 'credentials_refused'])

export function createAuthorize({ platform, keeper, account }: AuthorizeParts): Authorize {
  /** Renewed once for a 401 and refused again: the fault is not the token's age. */
  let refusedTwice: string | undefined
  /** Refused to a call that could not be repeated: the next one renews it. */
  let refusedOnce: string | undefined
  /** What it was renewed to, until a call was taken with it. */
  let unproved: string | undefined

  const ask = async (rejected: string | undefined) => {
    const { accessToken } = await keeper.grant(rejected === undefined ? {} : { rejected })
    return accessToken.reveal()
  }
  /** @returns the same token, if the platform gives no other */
  const renew = (rejected: string) =>
    ask(rejected).catch(async (error: unknown) => {
      const isFinal = error instanceof RingkeyError && FINAL.has(error.code)
      if (isFinal) await keeper.noteRefused(rejected)
      throw error
    })
  const askForNext = async () => {
    const rejected = refusedOnce
    const token = await (rejected === undefined ? ask(rejected) : renew(rejected))
    if (rejected === undefined) return token
    unproved = token
    refusedOnce = undefined
    return token
  }

  return async ({ send, canRepeat }) => {
    const token = await askForNext()
    const first = await send(account.headers(token))
    if (!first.isRefused) {
      if (token === unproved) unproved = undefined
      await keeper.noteTaken(token)
      return first.answer
    }
    if (!canRepeat) {
      if (token === refusedTwice || token === unproved) await keeper.noteRefused(token)
      else refusedOnce = token
      return first.answer
    }
    if (token !== refusedTwice) {
      const renewed = await renew(token)
      if (renewed !== token) {
        const second = await send(account.headers(renewed))
        if (!second.isRefused) return second.answer
      }
      refusedTwice = renewed
    }
    await keeper.noteRefused(refusedTwice)
    const sentence = `${platform} refuses the token that it has just given. Look at the address of the call and the rights of the account, or sign in anew. ${account.signInAdvice}`
    throw new RingkeyError('reauthentication_required', sentence, { status: 401 })
  }
}

/** On a redirect to elsewhere `Authorization` is taken away, and no other header: where there is another, no redirect may be followed. */
export function needsRedirectsHeld(headers: Readonly<Record<string, string>>): boolean {
  return Object.keys(headers).some((name) => name.toLowerCase() !== 'authorization')
}

/** Whether a second request can have the same body: a stream or an iterator has gone with the first. */
export function canBeSentTwice(body: unknown): boolean {
  if (body === undefined || body === null || typeof body === 'string') return true
  if (ArrayBuffer.isView(body) || body instanceof ArrayBuffer) return true
  return body instanceof Blob || body instanceof FormData || body instanceof URLSearchParams
}

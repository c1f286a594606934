/**
 * What this package knows of a platform: how it gives tokens, how it renews them, and how it wants them. A platform is one file in
 * `platforms/` and one line in `registry.ts`; when to ask, and who asks, is the keeper's.
 */
import type { WantedOf } from './check-options.ts'
import { RingkeyError } from './error.ts'
import type { Answer, Exchange } from './exchange.ts'
import type { Grant } from './grant.ts'
import { Secret } from './secret.ts'

/** A text that is wrapped already, or not yet. */
export type SecretText = string | Secret

export interface Place {
  /** Where tokens are asked for. Without a slash at its end. */
  readonly baseUrl: string
  /** Whether the platform answers a refresh again whose answer was lost, as a Ringkey server does. */
  readonly repeatsLostAnswers: boolean
  readonly newId: () => string
  readonly askForCode: ((address: string) => Promise<string>) | undefined
  readonly open: ((address: string) => unknown) | undefined
}

export interface Platform<Credentials> {
  readonly name: string
  /** The platform's own; undefined: there is one for each customer, and it has to be given. */
  readonly baseUrl: string | undefined
  /** Where calls go, if elsewhere. */
  readonly apiUrl?: string
  /** Other origins of the platform that take its tokens. */
  readonly apiOrigins?: readonly string[]
  /** Ends of an address that people copy along with it. */
  readonly droppedPath?: RegExp
  /** What each of the credentials has to be, if it is given; what is missing is for `open` to say. */
  readonly credentials?: WantedOf<Credentials>
  /** @throws RingkeyError `configuration` for what cannot be used */
  open(credentials: Credentials, place: Place): Account
}

/** One credential of one platform. */
export interface Account {
  /** What tells it from others; becomes a digest. */
  readonly identity: readonly string[]
  readonly secrets: readonly Secret[]
  /** What is there before anything was asked. */
  readonly given?: Grant | undefined
  /** Without a person. Undefined: this takes one. */
  readonly signIn?: ((exchange: Exchange) => Promise<Grant>) | undefined
  readonly attended?: Attended | undefined
  /** @param at by the platform's clock */
  canRefresh(grant: Grant, at: number): boolean
  /** @throws RingkeyError `credentials_refused` if this grant is refreshed no more */
  refresh(grant: Grant, exchange: Exchange): Promise<Grant>
  readonly signOut?: (grant: Grant, exchange: Exchange) => Promise<void>
  headers(accessToken: string): Record<string, string>
  /** A sentence for who has to sign in. */
  readonly signInAdvice: string
}

/** A sign-in that a person takes part in. */
export interface Attended {
  /** Given with the credentials. */
  readonly code?: Secret | undefined
  ask(exchange: Exchange): Promise<Secret>
  redeem(code: Secret, exchange: Exchange): Promise<Grant>
}

export function wrap(text: SecretText): Secret {
  return text instanceof Secret ? text : new Secret(text)
}

/** Stray blanks and line ends, as files and pasted text have them. Not for passwords, whose blanks may be meant. */
export function wrapTrimmed(text: SecretText): Secret {
  return new Secret(wrap(text).reveal().trim())
}

/** A file's or a line's end, which is never part of a password. */
export function wrapPassword(text: SecretText): Secret {
  return new Secret(
    wrap(text)
      .reveal()
      .replace(/[\r\n]+$/, ''),
  )
}

/** @throws RingkeyError */
export function required(value: string | undefined, what: string): string {
  const trimmed = value?.trim() ?? ''
  if (trimmed === '') throw new RingkeyError('configuration', `${what} is missing. Give it with the credentials.`)
  return trimmed
}

/** @throws RingkeyError */
export function requiredSecret(value: SecretText | undefined, what: string): Secret {
  return new Secret(required(value === undefined ? undefined : wrap(value).reveal(), what))
}

export function textIn(answer: Answer, ...names: readonly string[]): string | undefined {
  return names.map((name) => answer.body[name]).find((value): value is string => typeof value === 'string' && value !== '')
}

/** Seconds, as a number or as its text. */
export function secondsIn(answer: Answer, name: string): number | undefined {
  const seconds = Number(answer.body[name] ?? Number.NaN)
  return Number.isFinite(seconds) && seconds > 0 ? seconds : undefined
}

/** An answer that is neither a grant nor a refusal in the platform's words. @returns an error for the address or the moment */
export function misfit(platform: string, { status }: Answer): RingkeyError {
  if (status >= 300 && status < 400) {
    return new RingkeyError(
      'configuration',
      `${platform} sent the request elsewhere (${status}). Give the address that it is at now as baseUrl.`,
      { status },
    )
  }
  if ([404, 405, 415, 421].includes(status)) {
    return new RingkeyError('configuration', `There is no ${platform} at this address (${status}). Look at baseUrl.`, {
      status,
      outcome: 'not_done',
    })
  }
  return new RingkeyError('unexpected_answer', `${platform} answered ${status} without a token. Look at baseUrl, and ask the platform.`, {
    status,
  })
}

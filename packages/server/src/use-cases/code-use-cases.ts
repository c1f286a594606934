/** The verbs of codes that a text message brings. */
import type { NoticeKind } from '../delivery/message.ts'
import type { ApplicationId } from '../domain/ids.ts'
import type { CodePurpose, CodeShape } from '../domain/one-time-code.ts'
import type { Outcome, Refusal } from '../domain/outcome.ts'
import type { PhoneNumber } from '../domain/phone.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { Caller, ClientCredentials, ClientRefusal, SessionTokens, TokenRefusal } from './calls.ts'

/** `phone_not_served`: a country or a kind of number that the tenant sends nothing to. */
export type SendCodeRefusal =
  | Refusal<'phone_unreadable'>
  | Refusal<'phone_not_served'>
  | Refusal<'not_sent'>
  | (Refusal<'messages_exhausted'> & { readonly retryAfterSeconds: number })

export interface CodeSent {
  /** What the code is asked for by: random, and no secret from who holds it. */
  readonly codeId: string
  readonly number: PhoneNumber
}

/** `nothing`, or a notice instead of a code, whose digits are then nobody's. `language`: of who is told; undefined: not known */
export type Leaving = 'code' | 'nothing' | { readonly notice: NoticeKind; readonly language: string | undefined }

/** Sends a code to a telephone. Everything that it costs is reserved before a gateway hears of it. */
export type SendCode = (request: {
  readonly tenant: Tenant
  readonly purpose: CodePurpose
  /** As somebody has typed it. */
  readonly phone: string
  readonly shape: CodeShape
  /** Who may bring the code back: the digest of a browser's key, an application. Compared as text. */
  readonly holder: string
  readonly applicationId?: ApplicationId
  readonly language: string
  readonly caller: Caller
  /**
   * Where nobody may learn whether a number is anybody's: what leaves for it. It leaves after the answer, which is the same
   * whatever leaves, and costs the same. Absent: the code leaves, and the answer says whether a gateway has taken it.
   */
  readonly chooseUnseen?: (number: PhoneNumber) => Promise<Leaving>
  /** @returns an id that no code has; by default 128 random bits in base64url */
  readonly newId?: () => string
}) => Promise<Outcome<CodeSent, SendCodeRefusal>>

/** `code_wrong`: wrong, unknown, expired, used, void after five attempts, another's or for another purpose. */
export type CheckCodeRefusal = Refusal<'code_wrong'> | (Refusal<'guesses_exhausted'> & { readonly retryAfterSeconds: number })

/** Uses a code up. Every attempt is counted before the code is looked at: for the code, and for its number over the day. */
export type CheckCode = (request: {
  readonly tenant: Tenant
  readonly purpose: CodePurpose
  readonly codeId: string
  readonly code: string
  readonly shape: CodeShape
  readonly holder: string
  readonly caller: Caller
}) => Promise<Outcome<{ readonly number: PhoneNumber }, CheckCodeRefusal>>

/** Asks somebody for leave to be called, in the name of an account. */
export type AskToAllowCalls = (request: {
  readonly tenant: Tenant
  readonly token: string
  readonly phone: string
  readonly caller: Caller
}) => Promise<Outcome<{ readonly id: number }, TokenRefusal | SendCodeRefusal>>

/** Sends a code to sign in with to whose login name the number is; who asks cannot tell whether it is anybody's. */
export type AskForSignInCode = (request: {
  readonly tenant: Tenant
  readonly client: Extract<ClientCredentials, { kind: 'door' }>
  readonly phone: string
  readonly caller: Caller
}) => Promise<Outcome<{ readonly id: number }, ClientRefusal | SendCodeRefusal>>

/** @see AskForSignInCode; at the same application. `account_disabled`: the code was right. */
export type SignInWithCode = (request: {
  readonly tenant: Tenant
  readonly client: Extract<ClientCredentials, { kind: 'door' }>
  readonly id: number
  readonly code: string
  readonly caller: Caller
}) => Promise<Outcome<SessionTokens, ClientRefusal | CheckCodeRefusal | Refusal<'account_disabled'>>>

/** @see AskToAllowCalls; of the same account */
export type AllowCalls = (request: {
  readonly tenant: Tenant
  readonly token: string
  readonly id: number
  readonly code: string
  readonly caller: Caller
}) => Promise<Outcome<undefined, TokenRefusal | CheckCodeRefusal>>

/** The verbs of people who look after an account by themselves, in a browser. */

import type { Outcome, Refusal } from '../domain/outcome.ts'
import type { DoorName, Tenant } from '../domain/tenant.ts'
import type { Caller } from './calls.ts'
import type { CheckCodeRefusal, CodeSent, SendCodeRefusal } from './code-use-cases.ts'
import type { DeviceCookie } from './device-recognition.ts'

/** `registration_closed`: the tenant lets nobody make an account, and so nobody recover one. */
export type AskForCodeRefusal = Refusal<'registration_closed'> | Exclude<SendCodeRefusal, { readonly code: 'not_sent' }>

/**
 * Sends a code to a telephone for this browser. Who has the number may have an account or not: the answer is the same, and what leaves
 * for the number says it to who holds it.
 */
export type AskForCode = (request: {
  readonly tenant: Tenant
  readonly phone: string
  /** What the browser holds: the code is good in no other. undefined: nothing yet */
  readonly browserKey: string | undefined
  readonly language: string
  readonly caller: Caller
}) => Promise<Outcome<CodeSent & { readonly browserKey: string }, AskForCodeRefusal>>

export type NewPasswordRefusal = Refusal<'password_too_short' | 'password_too_long' | 'password_common'>

interface CodeGiven {
  readonly tenant: Tenant
  /** The page's door: sessions of browsers are those of its own application. */
  readonly door: DoorName
  readonly codeId: string
  readonly code: string
  readonly browserKey: string
  readonly password: string
  readonly language: string
  readonly caller: Caller
}

/** For the browser, which is signed in now. */
export interface BrowserSignedIn {
  readonly value: string
  readonly expiresInSeconds: number
  /** What the browser is known by from now on. */
  readonly device: DeviceCookie
}

type GiveCodeRefusal = Refusal<'registration_closed'> | NewPasswordRefusal | CheckCodeRefusal

/** Makes an account whose login name is the number that the code was sent to. The password is looked at before the code is used up. */
export type Register = (
  request: CodeGiven & { readonly name: string | undefined },
) => Promise<Outcome<BrowserSignedIn, GiveCodeRefusal | Refusal<'name_invalid'>>>

/** Sets a new password for the account whose login name the number is; all its sessions end, and its owner is told. */
export type Recover = (request: CodeGiven) => Promise<Outcome<BrowserSignedIn, GiveCodeRefusal>>

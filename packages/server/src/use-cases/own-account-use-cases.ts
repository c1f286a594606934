/** The verbs of people who are signed in at their own page, for a form of that page. */

import type { ActivityKind } from '../domain/activity.ts'
import type { ApplicationId } from '../domain/ids.ts'
import type { Outcome, Refusal } from '../domain/outcome.ts'
import type { DoorName, Tenant } from '../domain/tenant.ts'
import type { EpochMs } from '../domain/time.ts'
import type { Caller } from './calls.ts'
import type { CheckCodeRefusal, CodeSent, SendCodeRefusal } from './code-use-cases.ts'
import type { BrowserSignedIn, NewPasswordRefusal } from './person-use-cases.ts'

/** A form of a person's own page, and the browser that sends it. */
export interface OwnForm {
  readonly tenant: Tenant
  /** The browser's session, from its cookie. */
  readonly browserSession: string | undefined
  readonly formToken: string
  readonly caller: Caller
}

/** `browser_session_over`: nobody is signed in. `form_token_invalid`: the form is not one of the browser's session. */
export type OwnFormRefusal = Refusal<'browser_session_over'> | Refusal<'form_token_invalid'>

/** The password was asked for again, and is wrong, or was tried too often: the limits are those of a sign-in. */
export type OwnPasswordRefusal = Refusal<'password_wrong'> | (Refusal<'throttled'> & { readonly retryAfterSeconds: number })

/**
 * Sets a new password for who knows the present one. All other sessions of the account end, and its owner is told. The new password is
 * looked at before the present one is. `password_same`: it is what was given as the present one.
 */
export type ChangePassword = (
  request: OwnForm & {
    /** The page's door: sessions of browsers are those of its own application. */
    readonly door: DoorName
    readonly current: string
    readonly password: string
    readonly language: string
  },
) => Promise<Outcome<BrowserSignedIn, OwnFormRefusal | OwnPasswordRefusal | NewPasswordRefusal | Refusal<'password_same'>>>

/** An application that has sessions of a person, as the person may see it. */
export interface OwnApplication {
  readonly id: ApplicationId
  readonly name: string
  /** Of the oldest session that lives. */
  readonly startedAt: EpochMs
  readonly lastUsedAt: EpochMs
}

/** Ends all sessions that an application has of the person. One that has none is a success: whether there is such an application, is not said. */
export type EndOwnApplication = (request: OwnForm & { readonly applicationId: string }) => Promise<Outcome<undefined, OwnFormRefusal>>

/** `number_change_closed`: the account is one that an operator has made for somebody. */
export type NumberChangeClosed = Refusal<'number_change_closed'>

/** Sends a code to a number that the person wants. Nothing is changed. `number_same`: it is the account's. */
export type AskToChangeNumber = (
  request: OwnForm & {
    /** The password that the person has. */
    readonly current: string
    /** As somebody has typed it. */
    readonly phone: string
    readonly language: string
  },
) => Promise<
  Outcome<
    CodeSent,
    | OwnFormRefusal
    | OwnPasswordRefusal
    | NumberChangeClosed
    | Refusal<'number_same'>
    | Exclude<SendCodeRefusal, { readonly code: 'not_sent' }>
  >
>

/**
 * Puts the number that the code was sent to in the place of the present one. All other sessions of the account end, and a message to the
 * number that it had tells its owner. `code_wrong`: or somebody else has the number meanwhile.
 */
export type ChangeNumber = (
  request: OwnForm & { readonly door: DoorName; readonly codeId: string; readonly code: string; readonly language: string },
) => Promise<Outcome<BrowserSignedIn, OwnFormRefusal | NumberChangeClosed | CheckCodeRefusal>>

/** What has happened to a person's account, as the person may see it. */
export interface OwnEvent {
  readonly kind: ActivityKind
  /** How often in a row. */
  readonly times: number
  /** Of the last. */
  readonly at: EpochMs
  readonly addressBlock: string | undefined
  /** What the caller seemed to be. */
  readonly device: string | undefined
  /** undefined: none, or the page's own */
  readonly applicationName: string | undefined
  readonly byOperator: boolean
}

/** The newest events of the account of who is signed in to a browser, newest first: at most a hundred. */
export type DescribeOwnActivity = (
  request: Pick<OwnForm, 'tenant' | 'browserSession'>,
) => Promise<Outcome<readonly OwnEvent[], Refusal<'browser_session_over'>>>

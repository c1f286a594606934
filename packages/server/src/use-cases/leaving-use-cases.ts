/** The verbs of people who take their data along, or leave. */
import type { Account } from '../domain/account.ts'
import type { KnownDevice } from '../domain/known-device.ts'
import type { Outcome, Refusal } from '../domain/outcome.ts'
import type { PermanentToken } from '../domain/permanent-token.ts'
import type { Session } from '../domain/session.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { EpochMs } from '../domain/time.ts'
import type { KnownBlock } from '../store/accounts.ts'
import type { Caller } from './calls.ts'
import type { OwnForm, OwnFormRefusal, OwnPasswordRefusal } from './own-account-use-cases.ts'

/** Who had a hand in something, as the person may know it. */
export type Actor = 'you' | 'operator' | 'system' | 'unknown' | 'another_account'

export interface ExportedEvent {
  readonly at: EpochMs
  readonly action: string
  readonly by: Actor
  readonly subject: string | undefined
  /** undefined: none is known, or it is another's */
  readonly addressBlock: string | undefined
  readonly details: Readonly<Record<string, string | number | boolean>>
}

/** All that is kept of a person. */
export interface OwnData {
  readonly exportedAt: EpochMs
  readonly account: Account
  /** By name. */
  readonly organisation: string | undefined
  /** Those that live, newest sign-in first. */
  readonly sessions: readonly {
    readonly session: Omit<Session, 'secret'>
    readonly applicationName: string
    readonly isThisBrowser: boolean
    /** Whether somebody else who may has made it. */
    readonly isImpersonation: boolean
  }[]
  /** Those that have a session or a permanent token of the account. */
  readonly applications: readonly { readonly clientId: string; readonly name: string }[]
  readonly permanentTokens: readonly { readonly token: PermanentToken; readonly applicationName: string }[]
  /** Where the account has signed in from. */
  readonly places: readonly KnownBlock[]
  /** The browsers that the account has signed in with, the one seen last first. */
  readonly devices: readonly Omit<KnownDevice, 'digest'>[]
  /** Newest first. */
  readonly events: readonly ExportedEvent[]
  /** Whether there are no older events than these. */
  readonly isComplete: boolean
}

/** For a form of the person's own page. The export is written down. `throttled`: it is much to read, and was asked for too often. */
export type ExportOwnData = (
  form: OwnForm,
) => Promise<Outcome<OwnData, OwnFormRefusal | (Refusal<'throttled'> & { readonly retryAfterSeconds: number })>>

/**
 * For a form of the person's own page. Sessions and permanent tokens of the account are refused from now on; until `erasesAt` its owner, who
 * is told, may keep it.
 */
export type DeleteOwnAccount = (
  form: OwnForm & { readonly password: string; readonly language: string },
) => Promise<Outcome<{ readonly erasesAt: EpochMs }, OwnFormRefusal | OwnPasswordRefusal>>

/** What a person is shown who signs in to an account that is about to be erased. */
export interface LeavingAccount {
  readonly erasesAt: EpochMs
  /** Goes into the form that keeps the account, and says that the password was shown. */
  readonly leaving: string
}

/** `leaving_note_invalid`: not ours, or too old, or the account is not about to be erased any more, or has been. */
export type KeepAccount = (request: {
  readonly tenant: Tenant
  readonly leaving: string
  readonly caller: Caller
}) => Promise<Outcome<undefined, Refusal<'leaving_note_invalid'>>>

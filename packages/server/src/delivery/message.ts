/** What is sent to people, and who sends it. */

import type { AddressBlock } from '../domain/address-block.ts'
import type { MailAddress } from '../domain/mail-address.ts'
import type { CodePurpose } from '../domain/one-time-code.ts'
import type { PhoneNumber } from '../domain/phone.ts'
import type { EpochMs } from '../domain/time.ts'

/** A text message with a code in it. */
export interface CodeMessage {
  /** The same for every attempt to send it, so that a gateway that knows idempotency keys sends it once. */
  readonly id: string
  readonly to: PhoneNumber
  readonly code: string
  readonly purpose: CodePurpose
  /** BCP 47. */
  readonly language: string
  /** Of the page that the code is to be typed into; a phone offers it nowhere else. */
  readonly host: string
  readonly lifeSeconds: number
}

/** What happened to a number or its account, told to who has it. There is no code in it, and no link. */
export type NoticeKind = 'number_known' | 'number_wanted' | 'number_changed' | 'password_changed' | 'deletion_planned' | 'new_device'

/** Which sign-in is meant. */
export interface SignInDetails {
  readonly at: EpochMs
  /** In words of ours; undefined: nothing that we have words for. */
  readonly device: string | undefined
  readonly block: AddressBlock
}

export interface NoticeMessage extends Pick<CodeMessage, 'id' | 'to' | 'language' | 'host'> {
  readonly notice: NoticeKind
  /** Of `new_device`. */
  readonly details?: SignInDetails | undefined
}

export type TextMessage = CodeMessage | NoticeMessage

/**
 * `sent`: the gateway has taken it. `not_sent`: it certainly has not. `unknown`: nobody can say, as when an answer is lost; it is not
 * sent again, because a person who waits can ask for another, and who is sent two pays for neither.
 */
export type SendAnswer = 'sent' | 'not_sent' | 'unknown'

/** What is told to an account; the others tell a number, whoever has it. */
export type AccountNotice = Exclude<NoticeKind, 'number_known' | 'number_wanted'>

/** A notice that goes by letter. */
export interface NoticeLetter extends Pick<MailMessage, 'id' | 'to' | 'language'> {
  readonly notice: AccountNotice
  /** Of `new_device`. */
  readonly details?: SignInDetails | undefined
  /** As of a text message. */
  readonly host: string
}

/** A letter as a mail server gets it. Plain text, and no link. */
export interface MailMessage {
  /** The same for every attempt to send it: who keeps the letter can tell that it is the same one. */
  readonly id: string
  readonly to: MailAddress
  readonly subject: string
  readonly text: string
  /** BCP 47. */
  readonly language: string
}

/** As of a text message. `refused`: and it never will be, because the recipient is not known where the address leads. */
export type LetterAnswer = SendAnswer | 'refused'

/** A way for letters. Knows nothing of limits, and tries once. */
export interface MailGateway {
  /** Rejects never: what goes wrong is an answer. @param deadline after which nobody waits for the answer */
  send(message: MailMessage, deadline: AbortSignal): Promise<LetterAnswer>
  /** Ends what is under way; each has its answer at once. */
  stop(): Promise<void>
}

/** Brings letters to a mail server, at whatever pace that has. */
export interface LetterCarrier {
  /** Tries once. Rejects never. */
  carry(letter: NoticeLetter): Promise<LetterAnswer>
  /** Whether letters leave at present. */
  isWell(): boolean
  /** Waits for what is under way, at most a little, and begins nothing more. */
  stop(): Promise<void>
}

/** A way to a network: an HTTP call, an SMPP connection, the demo's outbox. Knows nothing of limits. */
export interface Gateway<Message> {
  /** Rejects never: what goes wrong is an answer. @param deadline after which nobody waits for the answer */
  send(message: Message, deadline: AbortSignal): Promise<SendAnswer>
  stop(): Promise<void>
}

/** Takes messages, and sees to it that they leave; whoever gives it one does not wait for a slow gateway. */
export interface Courier<Message> {
  /** @returns `sent` or `not_sent` if that is known within two seconds, else `under_way` */
  dispatch(message: Message): Promise<'sent' | 'not_sent' | 'under_way'>
  /** Whether messages leave at present. */
  isWell(): boolean
  /** Waits for what is under way, at most a little. */
  stop(): Promise<void>
}

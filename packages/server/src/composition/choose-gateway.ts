import type { Config } from '../config/config.ts'
import type { Gateway, MailGateway, TextMessage } from '../delivery/message.ts'
import { createLetterOutbox, createOutbox, type OutboxMessage } from '../delivery/outbox.ts'
import { openTextGateway, type TextGatewayOptions } from '../delivery/text-gateway.ts'
import { systemTime } from '../system-clock.ts'

/** In a day, for each of its tenants. */
const LETTERS_OF_A_DEMO = 1000

interface Options extends Pick<TextGatewayOptions, 'onReceipt'> {
  readonly demo: boolean
  /** Gets what a demo would have sent. */
  readonly onPosted: (message: OutboxMessage) => void
}

/** @returns what brings text messages to telephones: what the operator has configured, a demo's outbox, or nothing */
export async function chooseGateway(
  { sms }: Pick<Config, 'sms'>,
  { demo, onPosted, onReceipt }: Options,
): Promise<Gateway<TextMessage> | undefined> {
  if (sms !== undefined) return openTextGateway({ ...sms, now: systemTime.wallMs, onReceipt })
  return demo ? createOutbox(onPosted) : undefined
}

/** How many letters a tenant of this server may have in a day; undefined: none leaves. */
export function lettersPerDayOf({ mail }: Pick<Config, 'mail'>, demo: boolean): number | undefined {
  return mail?.perDay ?? (demo ? LETTERS_OF_A_DEMO : undefined)
}

/** @returns what brings letters to a mail server, as `chooseGateway` does for text messages */
export async function chooseMailGateway(
  { mail }: Pick<Config, 'mail'>,
  { demo, onPosted }: Pick<Options, 'demo' | 'onPosted'>,
): Promise<MailGateway | undefined> {
  if (mail === undefined) return demo ? createLetterOutbox(onPosted) : undefined
  const { createSmtpGateway } = await import('../delivery/smtp-gateway.ts') // brings a package that few need
  return createSmtpGateway(mail)
}

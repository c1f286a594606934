import type { Config } from '../config/config.ts'
import type { Gateway, TextMessage } from '../delivery/message.ts'
import { createOutbox, type OutboxMessage } from '../delivery/outbox.ts'
import { openTextGateway, type TextGatewayOptions } from '../delivery/text-gateway.ts'
import { systemTime } from '../system-clock.ts'

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

import type { Config } from '../config/config.ts'
import { createHttpGateway } from '../delivery/http-gateway.ts'
import type { Gateway, TextMessage } from '../delivery/message.ts'
import { createOutbox, type OutboxMessage } from '../delivery/outbox.ts'
import { systemTime } from '../system-clock.ts'

interface Options {
  readonly demo: boolean
  /** Gets what a demo would have sent. */
  readonly onPosted: (message: OutboxMessage) => void
}

/** @returns what brings text messages to telephones: what the operator has configured, a demo's outbox, or nothing */
export function chooseGateway({ sms }: Pick<Config, 'sms'>, { demo, onPosted }: Options): Gateway<TextMessage> | undefined {
  if (sms !== undefined) return createHttpGateway({ ...sms, now: systemTime.wallMs })
  return demo ? createOutbox(onPosted) : undefined
}

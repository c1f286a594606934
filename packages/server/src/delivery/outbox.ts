/** The demo's gateway: messages stay here, to be read by who runs the demo. */
import { textOf } from './code-texts.ts'
import type { CodeMessage, Gateway } from './message.ts'

const MAX_KEPT = 50

export interface OutboxMessage {
  readonly to: string
  readonly text: string
}

export interface Outbox extends Gateway<CodeMessage> {
  /** The newest first. */
  readonly messages: () => readonly OutboxMessage[]
}

/** @param onMessage is told of each, as it is printed */
export function createOutbox(onMessage: (message: OutboxMessage) => void): Outbox {
  let messages: readonly OutboxMessage[] = []
  return {
    async send(message) {
      const kept = { to: message.to, text: textOf(message) }
      messages = [kept, ...messages].slice(0, MAX_KEPT)
      onMessage(kept)
      return 'sent'
    },
    async stop() {},
    messages: () => messages,
  }
}

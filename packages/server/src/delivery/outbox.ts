/** The demo's gateway: messages stay here, to be read by who runs the demo. */
import { textOf } from './code-texts.ts'
import type { Gateway, MailGateway, TextMessage } from './message.ts'

const MAX_KEPT = 50

export interface OutboxMessage {
  readonly to: string
  readonly text: string
}

/** Messages of one outbox or of several processes'. */
export interface MessageBoard {
  post(message: OutboxMessage): void
  /** The newest first. */
  readonly messages: () => readonly OutboxMessage[]
}

export function createMessageBoard(): MessageBoard {
  let messages: readonly OutboxMessage[] = []
  return {
    post(message) {
      messages = [message, ...messages].slice(0, MAX_KEPT)
    },
    messages: () => messages,
  }
}

export interface Outbox extends Gateway<TextMessage>, Pick<MessageBoard, 'messages'> {}

/** How the demo prints a message. */
export function showMessage({ to, text }: OutboxMessage): string {
  return `--- message to ${to}\n${text}\n\n`
}

/** @param onMessage is told of each */
export function createOutbox(onMessage: (message: OutboxMessage) => void): Outbox {
  const board = createMessageBoard()
  return {
    async send(message) {
      const kept = { to: message.to, text: textOf(message) }
      board.post(kept)
      onMessage(kept)
      return 'sent'
    },
    async stop() {},
    messages: board.messages,
  }
}

/** The same for letters. @param onMessage is told of each */
export function createLetterOutbox(onMessage: (message: OutboxMessage) => void): MailGateway {
  return {
    async send({ to, subject, text }) {
      onMessage({ to, text: `${subject}\n\n${text.trimEnd()}` })
      return 'sent'
    },
    async stop() {},
  }
}

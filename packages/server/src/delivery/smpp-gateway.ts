/**
 * Text messages by SMPP 3.4 (https://smpp.org/SMPP_v3_4_Issue1_2.pdf), the protocol of carriers' message centres. One connection is kept,
 * and made again when it ends; a message whose answer was lost with it is not sent again.
 */
import type { PDU } from 'smpp'
import { textOf } from './code-texts.ts'
import type { Gateway, SendAnswer, TextMessage } from './message.ts'
import type { SmppAnswer } from './smpp-connection.ts'
import { createSmppLink } from './smpp-link.ts'
import { splitText } from './smpp-text.ts'

export interface SmppGatewayOptions {
  /** `smpp://system-id@host:2775?from=SENDER`, or `smpps:` for TLS (port 3550). Without `from` the centre puts in its own. */
  readonly url: URL
  readonly password: string
  /** Told of each receipt: whether the message has reached the phone in the end. */
  readonly onReceipt: (receipt: 'delivered' | 'undelivered') => void
  readonly limits?: Partial<typeof LIMITS>
}

const LIMITS = {
  bindMs: 10_000,
  answerMs: 10_000,
  enquireEveryMs: 30_000,
  /** Messages without an answer on the connection (SMPP 3.4, section 2.9). */
  window: 10,
  firstBackOffMs: 1000,
  maxBackOffMs: 60_000,
}

/** SMPP 3.4, sections 5.2.5, 5.2.6, 5.2.12 and 5.2.17. */
const TON = { unknown: 0, international: 1, alphanumeric: 5 }
const NPI = { unknown: 0, e164: 1 }
const HAS_HEADER = 0x40
const IS_RECEIPT = 0x04
const RECEIPT_WANTED = 1
const DELIVERED_STATE = 2

export function createSmppGateway({ url, password, onReceipt, limits: given }: SmppGatewayOptions): Gateway<TextMessage> {
  const limits = { ...LIMITS, ...given }
  const isTls = url.protocol === 'smpps:'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const address = { host, port: Number(url.port) || (isTls ? 3550 : 2775), isTls, systemId: decodeURIComponent(url.username), password }
  const sender = senderOf(url.searchParams.get('from') ?? '')
  const inWindow = createWindow(limits.window)
  const link = createSmppLink(address, limits, hear)
  let messages = 0

  function hear(pdu: PDU): void {
    if ((Number(pdu.esm_class) & IS_RECEIPT) !== 0) onReceipt(isDelivered(pdu) ? 'delivered' : 'undelivered')
  }

  /** @param onLeaving is called before the first octet of it can leave */
  async function submit(message: TextMessage, deadline: AbortSignal, onLeaving: () => void): Promise<SendAnswer> {
    messages += 1
    const { dataCoding, parts, hasHeader } = splitText(textOf(message), messages & 0xff)
    let sent = 0
    for (const part of parts) {
      const opened = await link.connection()
      if (opened === undefined || deadline.aborted) return sent === 0 ? 'not_sent' : 'unknown'
      onLeaving()
      const answer = await opened.ask('submit_sm', {
        ...sender,
        dest_addr_ton: TON.international,
        dest_addr_npi: NPI.e164,
        destination_addr: message.to.slice(1),
        esm_class: hasHeader ? HAS_HEADER : 0,
        registered_delivery: RECEIPT_WANTED,
        data_coding: dataCoding,
        short_message: part,
      })
      const meaning = meaningOf(answer)
      if (meaning !== 'sent') return sent === 0 ? meaning : 'unknown'
      sent += 1
    }
    return 'sent'
  }

  return {
    async send(message, deadline) {
      let hasLeft = false
      const leave = () => {
        hasLeft = true
      }
      const work = inWindow(() => submit(message, deadline, leave))
      let giveUp = () => {}
      const late = new Promise<SendAnswer>((resolve) => {
        giveUp = () => resolve(hasLeft ? 'unknown' : 'not_sent')
        if (deadline.aborted) giveUp()
        else deadline.addEventListener('abort', giveUp)
      })
      return Promise.race([work, late]).finally(() => deadline.removeEventListener('abort', giveUp))
    },
    stop: () => link.stop(),
  }
}

/** A refusal says that it has not been taken, whatever its reason (SMPP 3.4, section 4.4.2). */
function meaningOf(answer: SmppAnswer): SendAnswer {
  if (answer === 'lost') return 'unknown'
  return answer !== 'unsent' && answer.command_status === 0 ? 'sent' : 'not_sent'
}

function senderOf(from: string): Readonly<Record<string, unknown>> {
  if (from === '') return { source_addr_ton: TON.unknown, source_addr_npi: NPI.unknown, source_addr: '' }
  if (/^\+\d+$/.test(from)) return { source_addr_ton: TON.international, source_addr_npi: NPI.e164, source_addr: from.slice(1) }
  const ton = /^\d+$/.test(from) ? TON.unknown : TON.alphanumeric
  return { source_addr_ton: ton, source_addr_npi: NPI.unknown, source_addr: from }
}

/** By the parameter that says so, or by the text that centres have always sent (SMPP 3.4, section 5.3.2.35 and appendix B). */
function isDelivered({ message_state: state, short_message: text }: PDU): boolean {
  if (typeof state === 'number') return state === DELIVERED_STATE
  const message = typeof text === 'object' && text !== null && 'message' in text ? text.message : text
  return /\bstat:DELIVRD\b/i.test(String(message))
}

/** So many at a time; the others wait in turn. */
function createWindow(size: number): (work: () => Promise<SendAnswer>) => Promise<SendAnswer> {
  let underWay = 0
  const waiting: (() => void)[] = []
  return async (work) => {
    if (underWay >= size) await new Promise<void>((resolve) => void waiting.push(resolve))
    else underWay += 1
    // A place that comes free is handed on, so that nobody comes between.
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) underWay -= 1
      else next()
    }
  }
}

/**
 * Text messages by a signed HTTP call to whatever the operator has: a small program in front of a carrier, or a carrier's own address.
 *
 *     POST <url>
 *     Content-Type: application/json
 *     Idempotency-Key: <id of the message>
 *     Ringkey-Signature: t=<seconds since 1970>,v1=<HMAC-SHA256 of "t.body" with the secret, in hex>
 *
 *     {"id":"…","to":"+4915228817386","text":"…"}
 *
 * Any 2xx means that the message was taken.
 */
import { createHmac } from 'node:crypto'
import type { EpochMs } from '../domain/time.ts'
import { textOf } from './code-texts.ts'
import type { Gateway, SendAnswer, TextMessage } from './message.ts'

export interface HttpGatewayOptions {
  /** `https:`, or `http:` to a loopback address. */
  readonly url: URL
  readonly secret: string
  /** The machine's clock: who checks the signature compares it with theirs. */
  readonly now: () => EpochMs
}

/** What went wrong before a byte of the request could have arrived. */
const NEVER_ARRIVED: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

export function createHttpGateway({ url, secret, now }: HttpGatewayOptions): Gateway<TextMessage> {
  const ended = new AbortController()
  return {
    async send(message, deadline) {
      const body = JSON.stringify({ id: message.id, to: message.to, text: textOf(message) })
      const at = Math.floor(now() / 1000)
      const signature = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')
      const headers = {
        'content-type': 'application/json',
        'idempotency-key': message.id,
        'ringkey-signature': `t=${at},v1=${signature}`,
      }
      const signal = AbortSignal.any([deadline, ended.signal])
      try {
        const { status, body: answer } = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' })
        await answer?.cancel() // what it says is for nobody
        return meaningOf(status)
      } catch (error) {
        return NEVER_ARRIVED.has(codeOf(error)) ? 'not_sent' : 'unknown'
      }
    },
    /** A gateway that says nothing does not keep the process. */
    async stop() {
      ended.abort()
    },
  }
}

/** A 5xx may come from something in front of a gateway that has taken the message; 503 says that it has not (RFC 9110, section 15.6.4). */
function meaningOf(status: number): SendAnswer {
  if (status >= 200 && status < 300) return 'sent'
  return status < 500 || status === 503 ? 'not_sent' : 'unknown'
}

function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : ''
}

/** E-mail by SMTP (RFC 5321), to the server that an operator has for it. A connection for each message, because they are few. */
import type { Gateway, MailMessage, SendAnswer } from './message.ts'

export interface SmtpGatewayOptions {
  /** `smtps://user@host:465`, or `smtp://user@host:587`, which goes on by STARTTLS or not at all, but to a loopback address. */
  readonly url: URL
  /** `undefined`: the server asks for none. */
  readonly password: string | undefined
  /** What stands as sender, as `Ringkey <no-reply@tokens.example>`. */
  readonly from: string
  readonly limits?: Partial<typeof LIMITS>
}

const LIMITS = { connectMs: 10_000, silenceMs: 20_000 }

/** nodemailer's codes for what goes wrong before a message has been handed over. */
const NEVER_ARRIVED: ReadonlySet<string> = new Set(['EAUTH', 'ENOAUTH', 'EOAUTH2', 'ETLS', 'EREQUIRETLS', 'EDNS', 'EENVELOPE'])

export async function createSmtpGateway(options: SmtpGatewayOptions): Promise<Gateway<MailMessage>> {
  const { url, password, from, limits: given } = options
  const { connectMs, silenceMs } = { ...LIMITS, ...given }
  const { createTransport } = await import('nodemailer') // who sends no mail does not wait for it
  const secure = url.protocol === 'smtps:'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const isLoopback = host === 'localhost' || host === '::1' || host.startsWith('127.')
  const transport = createTransport({
    host,
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
    requireTLS: !secure && !isLoopback,
    ...(password !== undefined && { auth: { user: decodeURIComponent(url.username), pass: password } }),
    connectionTimeout: connectMs,
    greetingTimeout: connectMs,
    socketTimeout: silenceMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const domain = /@([^>\s]+)>?$/.exec(from)?.[1] ?? host

  async function hand({ id, to, subject, text, language }: MailMessage): Promise<SendAnswer> {
    try {
      await transport.sendMail({
        from,
        to: { name: '', address: to },
        subject,
        text,
        messageId: `<${id}@${domain}>`,
        // RFC 3834, section 5: nobody's machine answers a machine. RFC 3282 for the language.
        headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': language },
      })
      return 'sent'
    } catch (error) {
      return meaningOf(error)
    }
  }

  return {
    send(message, deadline) {
      let giveUp = () => {}
      const late = new Promise<SendAnswer>((resolve) => {
        giveUp = () => resolve('unknown')
        if (deadline.aborted) giveUp()
        else deadline.addEventListener('abort', giveUp)
      })
      return Promise.race([hand(message), late]).finally(() => deadline.removeEventListener('abort', giveUp))
    },
    async stop() {
      transport.close()
    },
  }
}

/** A reply of 4xx or 5xx says that it was not taken (RFC 5321, section 4.2.1); a connection that ends without one says nothing. */
function meaningOf(error: unknown): SendAnswer {
  if (!(error instanceof Error)) return 'unknown'
  const { code, responseCode } = error as { readonly code?: unknown; readonly responseCode?: unknown }
  if (typeof responseCode === 'number' && responseCode >= 400) return 'not_sent'
  if (typeof code === 'string' && NEVER_ARRIVED.has(code)) return 'not_sent'
  // The system's word stands in the message alone.
  return /\b(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)\b/.test(error.message) ? 'not_sent' : 'unknown'
}

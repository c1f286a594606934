/** E-mail by SMTP (RFC 5321), to the server that an operator has for it. A connection for each letter, because they are few. */
import { Readable } from 'node:stream'
import type SMTPConnection from 'nodemailer/lib/smtp-connection'
import type { LetterAnswer, MailGateway, MailMessage } from './message.ts'

export interface SmtpGatewayOptions {
  /** `smtps://user@host:465`, or `smtp://user@host:587`, which goes on by STARTTLS or not at all, but to a loopback address. */
  readonly url: URL
  /** `undefined`: the server asks for none. */
  readonly password: string | undefined
  /** What stands as sender, as `Ringkey <no-reply@tokens.example>`. */
  readonly from: string
  readonly limits?: Partial<typeof LIMITS>
}

const LIMITS = { connectMs: 10_000, silenceMs: 120_000 }

/** A letter as it travels (RFC 5322). */
interface Envelope {
  readonly from: string
  readonly to: string
  readonly source: Buffer
}

export async function createSmtpGateway({ url, password, from, limits: given }: SmtpGatewayOptions): Promise<MailGateway> {
  const { connectMs, silenceMs } = { ...LIMITS, ...given }
  // Who sends no mail does not wait for it.
  const { default: Connection } = await import('nodemailer/lib/smtp-connection')
  const { default: Composer } = await import('nodemailer/lib/mail-composer')
  const secure = url.protocol === 'smtps:'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const isLoopback = host === 'localhost' || host === '::1' || host.startsWith('127.')
  const options = {
    host,
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
    requireTLS: !secure && !isLoopback,
    // A mail server on this machine has a certificate of its own making, and nobody stands in between.
    tls: { rejectUnauthorized: !isLoopback },
    connectionTimeout: connectMs,
    greetingTimeout: connectMs,
    socketTimeout: silenceMs,
  }
  const login = password === undefined ? undefined : { user: decodeURIComponent(url.username), pass: password }
  const sender = readSender(from)
  const ended = new AbortController()

  async function compose({ id, to, subject, text, language }: MailMessage): Promise<Envelope> {
    const composer = new Composer({
      from: sender,
      to: { name: '', address: to },
      subject,
      text,
      messageId: `<${id}@${sender.address.split('@').pop()}>`,
      // RFC 3834, section 5: nobody's machine answers a machine. RFC 3282 for the language.
      headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': language },
      disableFileAccess: true,
      disableUrlAccess: true,
    })
    return { from: sender.address, to, source: await composer.compile().build() }
  }

  return {
    async send(message, deadline) {
      const envelope = await compose(message)
      return hand(new Connection(options), envelope, { login, signal: AbortSignal.any([deadline, ended.signal]) })
    },
    async stop() {
      ended.abort()
    },
  }
}

interface Dialogue {
  readonly login: { readonly user: string; readonly pass: string } | undefined
  readonly signal: AbortSignal
}

/** One dialogue. Whatever ends it before the server has asked for the letter itself has sent nothing. */
function hand(connection: SMTPConnection, { from, to, source }: Envelope, { login, signal }: Dialogue): Promise<LetterAnswer> {
  let isLeaving = false
  // The server has said that it takes the letter (354): its first octet is asked for.
  const letter = new Readable({
    read() {
      isLeaving = true
      this.push(source)
      this.push(null)
    },
  })
  return new Promise((resolve) => {
    const end = (answer: LetterAnswer) => {
      signal.removeEventListener('abort', giveUp)
      connection.close()
      resolve(answer)
    }
    const fail = (error: unknown) => end(meaningOf(error, isLeaving))
    const giveUp = () => fail(undefined)
    connection.on('error', fail) // what comes after the first has nobody else
    if (signal.aborted) return giveUp()
    signal.addEventListener('abort', giveUp)
    const send = () => connection.send({ from, to: [to] }, letter, (error) => (error === null ? end('sent') : fail(error)))
    connection.connect((failed) => {
      if (failed) return fail(failed)
      if (login === undefined || !connection.allowsAuth) return send()
      connection.login(login, (refused) => (refused ? fail(refused) : send()))
    })
  })
}

/** A reply of 4xx or 5xx says that it was not taken (RFC 5321, section 4.2.1); a connection that ends without one says nothing. */
function meaningOf(error: unknown, isLeaving: boolean): LetterAnswer {
  const { command, response, responseCode } = describe(error)
  if (command === 'RCPT TO' && isUnknownRecipient(responseCode, response)) return 'refused'
  return !isLeaving || responseCode >= 400 ? 'not_sent' : 'unknown'
}

/** 5.7 is about us: a server that does not relay for us today may tomorrow (RFC 3463, section 3.8). */
function isUnknownRecipient(code: number, response: string): boolean {
  return [550, 551, 553].includes(code) && !/^\d{3}[ -]5\.7\./.test(response)
}

interface Described {
  readonly command: string
  readonly response: string
  readonly responseCode: number
}

function describe(error: unknown): Described {
  const { command, response, responseCode } = (error ?? {}) as Partial<Record<keyof Described, unknown>>
  return {
    command: typeof command === 'string' ? command : '',
    response: typeof response === 'string' ? response : '',
    responseCode: typeof responseCode === 'number' ? responseCode : 0,
  }
}

/** @param from as the setting has it: an address, or a name and an address in angle brackets */
function readSender(from: string): { readonly name: string; readonly address: string } {
  const [, name = '', bracketed] = /^(.*?) ?<([^<>]+)>$/.exec(from) ?? []
  return { name, address: bracketed ?? from }
}

/** One bound connection to a message centre: asks, answers what it is asked, and ends when the other side is silent. */
import { connect as connectPlain, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import smpp, { type PDU } from 'smpp'

export interface SmppAddress {
  readonly host: string
  readonly port: number
  readonly isTls: boolean
  readonly systemId: string
  readonly password: string
}

export interface SmppLimits {
  /** To connect and be bound. */
  readonly bindMs: number
  /** An answer to `enquire_link` and `unbind`. */
  readonly answerMs: number
  /** So often the other side is asked whether it is there (SMPP 3.4, section 2.9). */
  readonly enquireEveryMs: number
}

/** `unsent`: no octet of it left. `lost`: the connection ended before the answer came. */
export type SmppAnswer = PDU | 'unsent' | 'lost'

export interface SmppConnection {
  ask(command: string, fields: Readonly<Record<string, unknown>>): Promise<SmppAnswer>
  /** Once the connection is over, whoever ended it. */
  readonly ended: Promise<void>
  close(): Promise<void>
}

/** Statuses of SMPP 3.4, section 5.1.3. */
const OK = 0
const INVALID_COMMAND = 0x03
const INTERFACE_VERSION = 0x34

/** @param onDelivery is told of each `deliver_sm` @returns undefined if there is no connection to be had, or it is not ours to use */
export async function openSmppConnection(
  address: SmppAddress,
  limits: SmppLimits,
  onDelivery: (pdu: PDU) => void,
): Promise<SmppConnection | undefined> {
  const socket = open(address)
  const session = new smpp.Session({ socket })
  const waiting = new Set<(answer: SmppAnswer) => void>()
  const ended = new Promise<void>((resolve) => {
    socket.once('close', () => {
      for (const lose of waiting) lose('lost')
      resolve()
    })
  })
  // Faults of the socket and PDUs that are none; either way nothing that follows can be trusted, and `close` comes next.
  session.on('error', () => session.destroy())
  session.on('pdu', (pdu) => answerWhatIsAsked(pdu))

  function answerWhatIsAsked(pdu: PDU): void {
    if (pdu.isResponse()) return
    if (pdu.command === 'deliver_sm') onDelivery(pdu)
    if (pdu.command === 'deliver_sm' || pdu.command === 'enquire_link' || pdu.command === 'unbind') session.send(pdu.response())
    else session.send(new smpp.PDU('generic_nack', { sequence_number: pdu.sequence_number, command_status: INVALID_COMMAND }))
    if (pdu.command === 'unbind') socket.end()
  }

  function ask(command: string, fields: Readonly<Record<string, unknown>>): Promise<SmppAnswer> {
    return new Promise((resolve) => {
      const settle = (answer: SmppAnswer) => {
        waiting.delete(settle)
        resolve(answer)
      }
      if (!session.send(new smpp.PDU(command, fields), settle)) return resolve('unsent')
      waiting.add(settle)
    })
  }

  /** Asks, and ends the connection if nothing comes back. */
  async function askOrEnd(command: string, fields: Readonly<Record<string, unknown>>, ms: number): Promise<SmppAnswer> {
    const timer = setTimeout(() => session.destroy(), ms)
    return ask(command, fields).finally(() => clearTimeout(timer))
  }

  const tooLate = setTimeout(() => session.destroy(), limits.bindMs)
  const isOpen = await Promise.race([
    new Promise((resolve) => void socket.once(address.isTls ? 'secureConnect' : 'connect', () => resolve(true))),
    ended.then(() => false),
  ])
  const { systemId: system_id, password } = address
  const bound = isOpen === true && (await ask('bind_transceiver', { system_id, password, interface_version: INTERFACE_VERSION }))
  clearTimeout(tooLate)
  if (typeof bound !== 'object' || bound.command_status !== OK) {
    session.destroy()
    return undefined
  }
  const asking = setInterval(() => void askOrEnd('enquire_link', {}, limits.answerMs), limits.enquireEveryMs)
  asking.unref()
  void ended.then(() => clearInterval(asking))
  return {
    ask,
    ended,
    async close() {
      clearInterval(asking)
      await askOrEnd('unbind', {}, limits.answerMs)
      session.destroy()
      await ended
    },
  }
}

function open({ host, port, isTls }: SmppAddress): Socket {
  const options = { host, port, keepAlive: true, noDelay: true }
  return isTls ? connectTls({ ...options, servername: /[:\d]$/.test(host) ? '' : host }) : connectPlain(options)
}

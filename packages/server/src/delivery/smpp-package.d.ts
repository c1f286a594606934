/** What we use of the package `smpp`, which brings no types (https://github.com/farhadi/node-smpp). */
declare module 'smpp' {
  import type { EventEmitter } from 'node:events'
  import type { Server as NetServer, Socket } from 'node:net'

  interface Pdu {
    readonly command: string
    readonly command_status: number
    readonly sequence_number: number
    readonly [field: string]: unknown
    isResponse(): boolean
    response(fields?: Readonly<Record<string, unknown>>): Pdu
  }

  class Session extends EventEmitter {
    constructor(options: { readonly socket: Socket })
    readonly socket: Socket
    /** @returns false if the socket takes nothing more, and then nobody is called */
    send(pdu: Pdu, onAnswer?: (answer: Pdu) => void): boolean
    destroy(): void
  }

  class PDU implements Pdu {
    constructor(command: string, fields?: Readonly<Record<string, unknown>>)
    readonly command: string
    readonly command_status: number
    readonly sequence_number: number
    readonly [field: string]: unknown
    isResponse(): boolean
    response(fields?: Readonly<Record<string, unknown>>): Pdu
  }

  interface Smpp {
    readonly Session: typeof Session
    readonly PDU: typeof PDU
    readonly encodings: { readonly ASCII: { match(text: string): boolean; encode(text: string): Buffer } }
    createServer(onSession: (session: Session) => void): NetServer
  }

  export type { Pdu, Session }

  const smpp: Smpp
  // biome-ignore lint/style/noDefaultExport: a CommonJS package has no other
  export default smpp
}

/** What we use of the package `smpp`, which brings no types (https://github.com/farhadi/node-smpp). */
declare module 'smpp' {
  import type { EventEmitter } from 'node:events'
  import type { Server as NetServer, Socket } from 'node:net'

  // biome-ignore lint/style/noNamespace: the types of a CommonJS package that exports one object
  namespace smpp {
    class PDU {
      constructor(command: string, fields?: Readonly<Record<string, unknown>>)
      readonly command: string
      readonly command_status: number
      readonly sequence_number: number
      readonly [field: string]: unknown
      isResponse(): boolean
      response(fields?: Readonly<Record<string, unknown>>): PDU
    }

    class Session extends EventEmitter {
      constructor(options: { readonly socket: Socket })
      /** @returns false if the socket takes nothing more, and then nobody is called */
      send(pdu: PDU, onAnswer?: (answer: PDU) => void): boolean
      destroy(): void
    }

    const encodings: { readonly ASCII: { match(text: string): boolean; encode(text: string): Buffer } }
    function createServer(onSession: (session: Session) => void): NetServer
  }

  export = smpp
}

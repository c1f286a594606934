/** A server that answers the first request of a connection, and takes the next one without an answer: was it carried out? */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

export interface LosingServer {
  readonly port: number
  /** How many requests have come in, answered or not. */
  taken(): number
  close(): Promise<void>
}

export async function openLosingServer(): Promise<LosingServer> {
  const sockets = new Set<Socket>()
  let taken = 0
  const server = createServer((socket) => {
    let ofThisConnection = 0
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    // Requests without a body, each in one piece.
    socket.on('data', () => {
      taken += 1
      ofThisConnection += 1
      if (ofThisConnection > 1) socket.destroy()
      else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    taken: () => taken,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

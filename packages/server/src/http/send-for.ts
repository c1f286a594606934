/** A request that the server sends itself for somebody: behind the choice of its tenant it goes the whole way, as if from a socket. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import inject from 'light-my-request'
import type { Tenant } from '../domain/tenant.ts'
import type { DoorDeps } from '../front-doors/front-door.ts'
import { tenantOf } from '../front-doors/request-context.ts'

/** From the root, and nothing in it that would have to be escaped: what a path is made of, its door has encoded. */
const PATH = /^\/(?!\/)[\x21\x24-\x5b\x5d-\x7e]*$/
/** In one line. What is in memory could hold more than what crosses a wire. */
const VALUE = /^[\t\x20-\x7e]*$/

/** @param serveTenant takes a request of a tenant that is chosen */
export function createSendFor(serveTenant: (req: IncomingMessage, res: ServerResponse, tenant: Tenant) => void): DoorDeps['sendFor'] {
  return async (request, { method, path, headers, body }) => {
    if (!PATH.test(path) || Object.values(headers).some((value) => !VALUE.test(value)))
      throw new Error('a door sends itself what no client could')
    const tenant = tenantOf(request)
    const { socket } = request.raw
    const serve = (req: IncomingMessage, res: ServerResponse) => {
      // Whoever asks may go meanwhile, and then nobody waits for this either.
      Object.defineProperty(req.socket, 'destroyed', { get: () => socket.destroyed || socket.writableEnded })
      serveTenant(req, res, tenant)
    }
    const answer = await inject((req, res) => serve(req as IncomingMessage, res as ServerResponse), {
      method,
      url: path,
      headers: { host: request.headers.host ?? '', ...headers },
      remoteAddress: request.ip, // limits count who asks, and that is not us
      ...(body === undefined ? {} : { payload: body }),
    })
    const named = Object.entries(answer.headers).map(([name, value]) => [name, [value].flat().join(', ')] as const)
    return { status: answer.statusCode, headers: Object.fromEntries(named), body: answer.body }
  }
}

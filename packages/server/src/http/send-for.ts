/** A request that the server sends itself for somebody: behind the choice of its tenant it goes the whole way, as if from a socket. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import inject from 'light-my-request'
import type { Tenant } from '../domain/tenant.ts'
import type { DoorDeps } from '../front-doors/front-door.ts'
import { tenantOf } from '../front-doors/request-context.ts'

/** @param serveTenant takes a request of a tenant that is chosen */
export function createSendFor(serveTenant: (req: IncomingMessage, res: ServerResponse, tenant: Tenant) => void): DoorDeps['sendFor'] {
  return async (request, { method, path, headers, body }) => {
    const tenant = tenantOf(request)
    const answer = await inject((req, res) => serveTenant(req as IncomingMessage, res as ServerResponse, tenant), {
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

import type { FastifyRequest } from 'fastify'
import { describeDevice } from '../domain/device.ts'
import type { Caller } from '../use-cases/use-cases.ts'
import { contextOf } from './request-context.ts'

/** Who sends this request, for limits and records. `request.ip` heeds `X-Forwarded-For` from trusted proxies only. */
export function callerOf(request: FastifyRequest): Caller {
  const { socket } = request.raw
  return {
    address: request.ip,
    requestId: contextOf(request).requestId,
    device: describeDevice(request.headers['user-agent']),
    isGone: () => socket.destroyed, // one that has only said that it sends no more waits for its answer
  }
}

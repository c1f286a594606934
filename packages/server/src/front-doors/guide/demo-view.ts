import type { FastifyRequest } from 'fastify'
import type { DoorName } from '../../domain/tenant.ts'
import type { DemoSettings } from '../door-demo.ts'
import type { DoorDeps } from '../front-door.ts'
import { tenantOf } from '../request-context.ts'
import type { DemoTenantLink } from './material.ts'

/** What a reader may see of the demo. */
export interface DemoView {
  /** undefined: the demo has none for this door in this tenant */
  settingsOf(door: DoorName): DemoSettings | undefined
  readonly others: readonly DemoTenantLink[]
}

/** @returns undefined if this is no demo, its tenant is none of the demo's, or the reader is not at its machine */
export function viewDemo(request: FastifyRequest, { guide, issuerOf }: Pick<DoorDeps, 'guide' | 'issuerOf'>): DemoView | undefined {
  const address = issuerOf(tenantOf(request))
  const tenants = guide.demoTenants()
  if (!isAtThisMachine(request) || !tenants.some(({ baseUrl }) => baseUrl === address)) return undefined
  return {
    settingsOf(door) {
      const settings = guide.demoSettingsOf(door)
      return settings?.baseUrl === address ? settings : undefined
    },
    others: tenants.filter(({ baseUrl }) => baseUrl !== address),
  }
}

const LOOPBACK_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i
const LOOPBACK_ADDRESS = /^(?:(?:::ffff:)?127\.\d+\.\d+\.\d+|::1)$/

/** What proxies say of a request, by the names that are in use. */
const OF_PROXIES =
  /^(?:forwarded|via|x-(?:forwarded|original|real|client|cluster|envoy|amzn|azure|proxy|scheme|rewrite)\b.*|(?:cf|fly|fastly|cdn)-.*|true-client-ip)$/

/**
 * The name `Host` keeps out pages that a foreign name leads here (DNS rebinding), the other headers proxies that say that they are some.
 * nginx says nothing unless it is told to, and speaks HTTP/1.0.
 */
function isAtThisMachine({ headers, ip, raw }: FastifyRequest): boolean {
  const addresses = [ip, raw.socket.remoteAddress ?? '']
  const isForwarded = raw.httpVersion !== '1.1' || Object.keys(headers).some((name) => OF_PROXIES.test(name))
  return !isForwarded && LOOPBACK_HOST.test(headers.host ?? '') && addresses.every((address) => LOOPBACK_ADDRESS.test(address))
}

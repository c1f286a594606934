import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'

/** Whether a proxy that is trusted says that its caller came without TLS. */
export type CameInClear = (req: IncomingMessage) => boolean

/**
 * Reads `X-Forwarded-Proto` of trusted proxies, and of nobody else. What passed in clear anywhere on its way has been read by
 * others, so one `http` among several is enough.
 * @param trustedProxies addresses and CIDRs
 */
export function createCameInClear(trustedProxies: readonly string[]): CameInClear {
  if (trustedProxies.length === 0) return () => false
  const trusted = new BlockList()
  for (const range of trustedProxies) {
    const [address = '', bits] = range.split('/')
    const family = familyOf(address)
    if (bits === undefined) trusted.addAddress(address, family)
    else trusted.addSubnet(address, Number(bits), family)
  }
  return ({ socket, headers }) => {
    const { remoteAddress } = socket
    const protocols = headers['x-forwarded-proto']
    if (remoteAddress === undefined || protocols === undefined || !trusted.check(remoteAddress, familyOf(remoteAddress))) return false
    return [protocols].flat().some((line) => line.split(',').some((protocol) => protocol.trim().toLowerCase() === 'http'))
  }
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4'
}

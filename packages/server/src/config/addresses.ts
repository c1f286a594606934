import { BlockList, isIP } from 'node:net'

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4')
LOOPBACK.addAddress('::1', 'ipv6')

/** Whether nobody but this machine can reach a listener on `host`: 127.0.0.0/8, ::1 or localhost. */
export function isLoopbackHost(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase()
  const family = isIP(bare)
  if (family === 0) return bare === 'localhost' || bare.endsWith('.localhost')
  return LOOPBACK.check(bare, family === 4 ? 'ipv4' : 'ipv6')
}

/** Whether a listener on `host` takes calls on every address of the machine, so that the host is nobody's address. */
export function isUnspecifiedHost(host: string): boolean {
  return host === '0.0.0.0' || (isIP(host) === 6 && /^[0:]+$/.test(host))
}

/** Letters, digits and hyphens, as RFC 1123, section 2.1 has it; not all digits in the last label, which would be an address. */
export function isHostName(text: string): boolean {
  if (text.length > 253 || /(^|\.)\d+$/.test(text)) return false
  return text.split('.').every((label) => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i.test(label))
}

/**
 * A host as it stands in a URL: lower case, an IPv6 address in brackets and in its shortest form.
 * @returns undefined for what is no host, or a host with a port
 */
export function canonicalUrlHost(text: string): string | undefined {
  const bare = text.replace(/^\[(.*)\]$/, '$1')
  if (isIP(bare) === 6) return bare.includes('%') ? undefined : new URL(`http://[${bare}]`).hostname
  if (bare !== text) return undefined
  return isIP(text) === 4 || isHostName(text) ? text.toLowerCase() : undefined
}

/** An address or a block of addresses. A block of all addresses is none: it would trust everybody. */
export function isTrustableRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/')
  const family = isIP(address)
  if (family === 0 || address.includes('%') || rest.length > 0) return false
  if (bits === undefined) return !isUnspecifiedHost(address)
  return /^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128)
}

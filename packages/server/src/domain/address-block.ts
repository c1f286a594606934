import { isIPv4, isIPv6 } from 'node:net'

declare const brand: unique symbol
/** The part of a network address that one subscriber holds: an IPv4 address, or the /64 of an IPv6 address. One spelling each. */
export type AddressBlock = string & { readonly [brand]: 'AddressBlock' }

/** @returns `unknown` for what is no address; all such callers share that bucket */
export function addressBlockOf(address: string): AddressBlock {
  const bare = address.replace(/%.*$/, '')
  if (isIPv4(bare)) return bare as AddressBlock
  if (!isIPv6(bare)) return 'unknown' as AddressBlock
  const groups = ipv6Groups(bare)
  const mapped = mappedIpv4(groups)
  if (mapped !== undefined) return mapped as AddressBlock
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64` as AddressBlock
}

/** The eight 16-bit groups of an address that `isIPv6` has accepted (RFC 4291, section 2.2). */
function ipv6Groups(address: string): number[] {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address)
  const text = dotted
    ? `${dotted[1]}${((Number(dotted[2]) << 8) | Number(dotted[3])).toString(16)}:${((Number(dotted[4]) << 8) | Number(dotted[5])).toString(16)}`
    : address
  const [head = '', tail] = text.split('::')
  const parse = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)))
  const before = parse(head)
  if (tail === undefined) return before
  const after = parse(tail)
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after]
}

/** `::ffff:a.b.c.d` is the IPv4 address itself (RFC 4291, section 2.5.5.2). */
function mappedIpv4(groups: readonly number[]): string | undefined {
  const [, , , , , marker, high = 0, low = 0] = groups
  if (marker !== 0xffff || groups.slice(0, 5).some((group) => group !== 0)) return undefined
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

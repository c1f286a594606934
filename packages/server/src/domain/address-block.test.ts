import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressBlockOf } from './address-block.ts'

describe('addressBlockOf', () => {
  it('gives five spellings of one IPv6 address one block', () => {
    const spellings = [
      '2001:db8::1',
      '2001:0db8:0000:0000:0000:0000:0000:0001',
      '2001:DB8:0:0::0.0.0.1',
      '2001:db8:0:0:0:0:0:1',
      '2001:db8::0:1%eth0',
    ]
    expect(new Set(spellings.map(addressBlockOf))).toEqual(new Set(['2001:db8:0:0::/64']))
  })

  it('gives a hundred addresses of one /64 one block, and the next /64 another', () => {
    const addresses = Array.from({ length: 100 }, (_, i) => `2001:db8:0:7:${(i * 7919).toString(16).slice(-4)}::${i.toString(16)}`)
    expect(new Set(addresses.map(addressBlockOf))).toEqual(new Set(['2001:db8:0:7::/64']))
    expect(addressBlockOf('2001:db8:0:8::1')).toBe('2001:db8:0:8::/64')
  })

  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:1.2.3.4', '1.2.3.4'],
    ['::FFFF:0102:0304', '1.2.3.4'],
    ['0:0:0:0:0:ffff:1.2.3.4', '1.2.3.4'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['1:2:3:4:5:6:7::', '1:2:3:4::/64'],
    ['::2:3:4:5:6:7:8', '0:2:3:4::/64'],
    ['fe80::1%wlan0', 'fe80:0:0:0::/64'],
    ['64:ff9b::192.0.2.33', '64:ff9b:0:0::/64'],
  ])('of %s is %s', (address, block) => {
    expect(addressBlockOf(address)).toBe(block)
  })

  it.each(['', 'localhost', '1.2.3', '01.2.3.4', '1.2.3.4:80', '[::1]', '1.2.3.4, 5.6.7.8', ':::', '12345::'])(
    'puts %j, which is no address, into one bucket with its like',
    (text) => {
      expect(addressBlockOf(text)).toBe('unknown')
    },
  )

  it('depends on the first 64 bits alone', () => {
    const group = fc.integer({ min: 0, max: 0xffff })
    fc.assert(
      fc.property(fc.tuple(group, group, group, group), fc.array(group, { minLength: 4, maxLength: 4 }), (network, host) => {
        fc.pre(network.some((value) => value !== 0))
        const hex = (groups: readonly number[]) => groups.map((value) => value.toString(16))
        expect(addressBlockOf([...hex(network), ...hex(host)].join(':'))).toBe(`${hex(network).join(':')}::/64`)
      }),
    )
  })
})

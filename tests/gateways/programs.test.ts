import { describe, expect, it } from 'vitest'
import { findGateway, type GATEWAYS } from './programs.ts'
import { readShipped, weaken } from './shipped-file.ts'

describe('a test that needs a gateway', () => {
  it('is not skipped where the environment says that it must not be', () => {
    const nowhere = { PATH: '/nowhere', RINGKEY_REQUIRE_GATEWAYS: '1' }
    expect(() => findGateway('no-such-gateway' as (typeof GATEWAYS)[number], nowhere)).toThrow('RINGKEY_REQUIRE_GATEWAYS')
    expect(findGateway('no-such-gateway' as (typeof GATEWAYS)[number], { PATH: '/nowhere' })).toBeUndefined()
  })

  it('changes a shipped file where it is marked, and nowhere else', () => {
    const file = 'nginx/ringkey.conf'
    const [before, after] = [readShipped(file, {}), readShipped(file, { '127.0.0.1:8080': '127.0.0.1:9' })].map((text) => text.split('\n'))
    expect(after?.filter((line, index) => line !== before?.[index])).toEqual(['  server 127.0.0.1:9; # address'])
    expect(() => readShipped(file, { 'limit_conn ringkey_callers': 'x' })).toThrow('limit_conn')
    expect(() => weaken(before?.join('\n') ?? '', ['no such line', ''])).toThrow('no such line')
  })
})

import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { decodeBase62 } from '../domain/base62.ts'
import type { AccountId, ApplicationId } from '../domain/ids.ts'
import { KEY_RELOAD_SECONDS } from '../domain/signing-key.ts'
import { aTenant, createWorkbench, NOW } from '../testing/token-workbench.ts'

const TENANT = aTenant()

function aBench(options: Parameters<typeof createWorkbench>[0] = {}) {
  const bench = createWorkbench(options)
  const nameOf = (application: string, account: string, tenant = TENANT, at = NOW) =>
    bench.engine.pseudonymOf(tenant, { id: application as ApplicationId }, account as AccountId, at)
  return { ...bench, nameOf }
}

describe('what an account is called to one application', () => {
  it('is the same on every server and at any time: 22 base62 characters', async () => {
    const { nameOf, keys } = aBench()
    const name = await nameOf('app_one', 'acc_alice')
    expect(name).toMatch(/^[0-9A-Za-z]{22}$/)
    expect(await nameOf('app_one', 'acc_alice', TENANT, NOW + 10 * 365 * 86_400_000)).toBe(name)
    expect(await aBench({ keys, seed: 'replica' }).nameOf('app_one', 'acc_alice')).toBe(name)
    expect(keys.rows.map(({ purpose, algorithm }) => [purpose, algorithm])).toEqual([['pseudonym', 'HS256']])
  })

  it('is the first 130 bits of a MAC over both ids, as numbers of one width', async () => {
    const { nameOf, keyOf } = aBench()
    const names = await Promise.all(Array.from({ length: 300 }, (_, i) => nameOf('app_one', `acc_${i}`)))
    const key = keyOf('pseudonym', 'HS256').signing
    names.forEach((name, i) => {
      const mac = createHmac('sha256', key).update(`["app_one","acc_${i}"]`).digest('hex')
      expect(decodeBase62(name)).toBe(BigInt(`0x${mac}`) >> 126n)
      expect(name).toHaveLength(22)
    })
    expect(new Set(names).size).toBe(300)
  })

  it('is another to another application, of another account, and at another tenant', async () => {
    const { nameOf } = aBench()
    const names = [
      await nameOf('app_one', 'acc_alice'),
      await nameOf('app_two', 'acc_alice'),
      await nameOf('app_one', 'acc_bob'),
      await nameOf('app_one', 'acc_alice', aTenant('other')),
    ]
    expect(new Set(names).size).toBe(4)
  })

  it('is not that of two other ids that give the same letters', async () => {
    const { nameOf } = aBench()
    expect(await nameOf('app_onea', 'cc_alice')).not.toBe(await nameOf('app_one', 'acc_alice'))
    expect(await nameOf('app_one","acc', 'alice')).not.toBe(await nameOf('app_one', 'acc","alice'))
  })

  it('is a new one for everybody once an operator has retired its key', async () => {
    const { nameOf, keyOf, changeKey } = aBench()
    const name = await nameOf('app_one', 'acc_alice')
    changeKey(keyOf('pseudonym', 'HS256').id, { retiresAt: NOW })
    expect(await nameOf('app_one', 'acc_alice', TENANT, NOW + KEY_RELOAD_SECONDS * 1000)).not.toBe(name)
  })
})

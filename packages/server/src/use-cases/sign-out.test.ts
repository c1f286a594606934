import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { anAccountAt, openTestHouse, refreshTokenOf, TEST_DOORS, type TestHouse, valueFrom } from '../testing/test-house.ts'

vi.mock('@node-rs/argon2', () => import('../testing/quick-argon2.ts'))

let house: TestHouse
let ann: { login: string; password: string }
beforeEach(async () => {
  house = await openTestHouse()
  ann = await anAccountAt(house, 'ann')
})
afterEach(() => house.close())

async function advanceTo(generation: number, door: string): Promise<string[]> {
  const tokens = [refreshTokenOf(valueFrom(await house.signIn(door, ann)))]
  for (let done = 0; done < generation; done += 1) {
    tokens.push(refreshTokenOf(valueFrom(await house.refresh(door, tokens.at(-1) ?? ''))))
    await house.wait(60)
  }
  return tokens
}

async function signOutsAudited(): Promise<number> {
  const rows = valueFrom(await house.useCases.list.audit({ tenant: 'acme', max: 100 }))
  return rows.filter(({ action }) => action === 'session.signed_out').length
}

describe.each(TEST_DOORS)('signing out at the door %s', (door) => {
  it.each([0, 1, 2, 3])('S41: with generation %i of a session at its third ends it, and no other', async (generation) => {
    const tokens = await advanceTo(3, door)
    const [other = ''] = await advanceTo(0, door)
    expect(await house.signOut(door, tokens[generation] ?? '')).toEqual({ ok: true, value: undefined })
    for (const token of tokens) expect(await house.refresh(door, token)).toMatchObject({ refusal: { code: 'session_ended' } })
    expect((await house.refresh(door, other)).ok).toBe(true)
    expect(await signOutsAudited()).toBe(1)
  })

  it('S41: with a token that has run out works, and so does a second time', async () => {
    const [first = '', last = ''] = await advanceTo(1, door)
    await house.wait(3 * 3600)
    for (const token of [first, last, first]) expect(await house.signOut(door, token)).toEqual({ ok: true, value: undefined })
    expect(await house.refresh(door, last)).toMatchObject({ refusal: { code: 'session_ended' } })
    expect(await signOutsAudited(), 'one ending, one row').toBe(1)
  })

  it('S41: is refused at another tenant, with a permanent token, and with what is no token; nothing ends', async () => {
    const [token = ''] = await advanceTo(0, door)
    const { useCases } = house
    const other = valueFrom(await useCases.createTenant({ name: 'other', hostNames: [], doors: [door], isDefault: false }))
    const caller = { address: '192.0.2.7', requestId: 'req' }
    const elsewhere = await useCases.signOut({ tenant: other, client: { kind: 'door', door }, refreshToken: token, caller })
    expect(elsewhere).toMatchObject({ ok: false, refusal: { code: 'token_invalid' } })
    const of = { tenant: 'acme', account: ann.login, clientId: door, name: 'crm', scope: undefined, lifetimeSeconds: undefined }
    const permanent = valueFrom(await useCases.issuePermanentToken(of)).token
    expect(await house.signOut(door, permanent)).toMatchObject({
      ok: false,
      refusal: { code: door === 'bearer' ? 'token_is_permanent' : 'token_invalid' },
    })
    expect(await house.signOut(door, `${token}x`)).toMatchObject({ ok: false, refusal: { code: 'token_invalid' } })
    expect((await house.refresh(door, token)).ok).toBe(true)
  })
})

it('S41: signing out at another application is refused, and ends nothing', async () => {
  const [token = ''] = await advanceTo(0, 'device')
  expect(await house.signOut('strict', token)).toEqual({ ok: false, refusal: { code: 'client_mismatch' } })
  expect((await house.refresh('device', token)).ok).toBe(true)
})

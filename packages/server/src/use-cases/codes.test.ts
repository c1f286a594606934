/** What a code is bound to, and what the built-in identity provider does with one of its own. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { digestText } from '../domain/browser-cookie.ts'
import type { ApplicationId, SessionId, TenantId } from '../domain/ids.ts'
import type { Scope } from '../domain/scope.ts'
import { openPageHouse, type PageHouse } from '../testing/page-house.ts'
import { createSeededRandomness } from '../testing/seeded-randomness.ts'
import { type CodeHolder, identify, putCode } from './codes.ts'
import { createRedeemCode } from './redeem-code.ts'

vi.mock('@node-rs/argon2', () => import('../testing/quick-argon2.ts'))

const APPLICATION = 'app_one' as ApplicationId
const CONTENT = { sessionId: 'a session' as SessionId, scope: 'a' as Scope, grantEnds: 0, begun: undefined }

const LOGIN: CodeHolder = { kind: 'login', applicationId: APPLICATION, apiKeyDigest: 'key', challenge: 'challenge' }
const REDIRECT: CodeHolder = { kind: 'redirect', applicationId: APPLICATION, redirectUri: 'key', challenge: 'challenge' }
const CALLBACK: CodeHolder = { kind: 'callback', applicationId: APPLICATION, callback: 'key', browserKeyDigest: 'challenge' }
const ANOTHER = 'app_two' as ApplicationId

it('a code is bound to all that its holder is: no two texts are alike', () => {
  const holders: readonly CodeHolder[] = [
    LOGIN,
    { ...LOGIN, applicationId: ANOTHER },
    { ...LOGIN, apiKeyDigest: 'another' },
    { ...LOGIN, challenge: 'another' },
    { ...LOGIN, challenge: undefined },
    { ...LOGIN, challenge: '' },
    { ...LOGIN, challenge: 'null' },
    REDIRECT,
    { ...REDIRECT, applicationId: ANOTHER },
    { ...REDIRECT, redirectUri: 'another' },
    { ...REDIRECT, challenge: 'another' },
    { ...REDIRECT, challenge: undefined },
    { ...REDIRECT, redirectUri: 'key","challenge' },
    CALLBACK,
    { ...CALLBACK, applicationId: ANOTHER },
    { ...CALLBACK, callback: 'another' },
    { ...CALLBACK, browserKeyDigest: 'another' },
  ]
  expect(new Set(holders.map((holder) => identify('ten_one' as TenantId, 'code', holder).boundTo)).size).toBe(holders.length)
})

describe('a code', () => {
  let house: PageHouse
  beforeEach(async () => {
    house = await openPageHouse()
  })
  afterEach(() => house.close())

  const put = (holder: CodeHolder) =>
    putCode(house.store.oneUseThings, createSeededRandomness(), {
      tenantId: house.tenant.id,
      holder,
      content: CONTENT,
      at: house.clock.now(),
    })

  it('is 32 random bytes, of which the store has a digest', async () => {
    const code = await put(LOGIN)
    expect(code).toMatch(/^[\w-]{43}$/)
    const { digest } = identify(house.tenant.id, code, LOGIN)
    expect(digest).toHaveLength(32)
    expect(digest.includes(code)).toBe(false)
    await expect(put(LOGIN)).rejects.toThrow('was made twice') // the same randomness
  })

  it('S53: of the page is redeemed once, by its platform, in its browser', async () => {
    const redeem = createRedeemCode(house.store)
    const code = await put({ kind: 'callback', applicationId: APPLICATION, callback: 'here', browserKeyDigest: digestText('a key') })
    const request = { tenant: house.tenant, applicationId: APPLICATION, callback: 'here', code, browserKey: 'a key', at: house.clock.now() }
    const refused = { ok: false, refusal: { code: 'code_refused' } }
    expect(await redeem({ ...request, tenant: { ...house.tenant, id: 'ten_two' as TenantId } })).toEqual(refused)
    expect(await redeem({ ...request, applicationId: ANOTHER })).toEqual(refused)
    expect(await redeem({ ...request, callback: 'there' })).toEqual(refused)
    expect(await redeem({ ...request, browserKey: 'another key' })).toEqual(refused)
    expect(await redeem(request)).toEqual({ ok: true, value: { sessionId: 'a session', grantEnds: 0 } })
    expect(await redeem(request)).toEqual(refused)
  })

  it('of the page is not voided by browsers that hold nothing for it', async () => {
    const redeem = createRedeemCode(house.store)
    const code = await put({ kind: 'callback', applicationId: APPLICATION, callback: 'here', browserKeyDigest: digestText('a key') })
    const request = { tenant: house.tenant, applicationId: APPLICATION, callback: 'here', code, at: house.clock.now() }
    for (let time = 0; time < 10; time += 1) expect((await redeem({ ...request, browserKey: undefined })).ok).toBe(false)
    expect((await redeem({ ...request, browserKey: 'a key' })).ok).toBe(true)
  })
})

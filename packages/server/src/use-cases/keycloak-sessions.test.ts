/** Sign-in, refresh, revocation and the description of the caller, for tokens as Keycloak writes them. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ACCESS_SECONDS, API, CALLER, claimsOf, IDLE_SECONDS, type KeycloakHouse, openKeycloakHouse } from '../testing/keycloak-house.ts'
import { valueFrom } from '../testing/test-house.ts'
import type { ClientCredentials } from './use-cases.ts'

vi.mock('@node-rs/argon2', () => import('../testing/quick-argon2.ts'))

let house: KeycloakHouse
let anna: string
beforeEach(async () => {
  house = await openKeycloakHouse()
  anna = await house.makeAccount('anna', { roles: ['agent'] })
})
afterEach(() => house.close())

const refusalOf = async (outcome: Promise<{ ok: true } | { ok: false; refusal: { code: string } }>) => {
  const answer = await outcome
  return answer.ok ? 'accepted' : answer.refusal.code
}
const describeCaller = (token: string) => house.useCases.describeCaller({ tenant: house.tenant, token })
const revoke = (token: string, client: ClientCredentials = API) =>
  house.useCases.revokeToken({ tenant: house.tenant, client, token, caller: CALLER })

describe('the password grant', () => {
  it('is off for an application until it is switched on, and then again', async () => {
    const client = await house.makeApplication({ clientId: 'other', passwordGrant: false })
    expect(await refusalOf(house.enter(anna, undefined, client))).toBe('password_grant_off')
    valueFrom(await house.useCases.setPasswordGrant({ tenant: 'acme', clientId: 'other', allowed: true }))
    const tokens = valueFrom(await house.enter(anna, undefined, client))
    valueFrom(await house.useCases.setPasswordGrant({ tenant: 'acme', clientId: 'other', allowed: false }))
    expect(await refusalOf(house.enter(anna, undefined, client))).toBe('password_grant_off')
    expect(await refusalOf(house.renew(tokens, client))).toBe('accepted')
  })

  it('is refused before the password is looked at: no attempt is counted', async () => {
    const client = await house.makeApplication({ clientId: 'other', passwordGrant: false })
    for (let i = 0; i < 50; i += 1) expect(await refusalOf(house.enter(anna, undefined, client))).toBe('password_grant_off')
    expect(await refusalOf(house.enter(anna))).toBe('accepted')
  })
})

describe('the scope of a sign-in', () => {
  it.each([
    [undefined, 'profile email'],
    ['', 'profile email'],
    ['profile', 'profile email'],
    ['openid', 'openid profile email'],
    ['email openid profile', 'openid profile email'],
  ])('%j gets %j', async (asked, granted) => {
    const tokens = valueFrom(await house.enter(anna, asked))
    expect([tokens.scope, claimsOf(tokens.accessToken).scope, tokens.idToken !== undefined]).toEqual([
      granted,
      granted,
      granted.startsWith('openid'),
    ])
  })

  it.each(['admin', 'openid admin', 'offline_access', 'pro"file'])('%j is refused before the password is looked at', async (asked) => {
    expect(await refusalOf(house.enter('nobody', asked))).toBe('scope_exceeded')
  })

  it('stays with the session: a refresh has an id token of its own', async () => {
    const first = valueFrom(await house.enter(anna, 'openid'))
    house.clock.advance(5000)
    const second = valueFrom(await house.renew(first))
    expect([second.scope, second.sessionId]).toEqual(['openid profile email', first.sessionId])
    const [one, two] = [claimsOf(first.idToken ?? ''), claimsOf(second.idToken ?? '')]
    expect([two.auth_time, Number(two.iat) - Number(one.iat)]).toEqual([one.auth_time, 5])
  })

  it('keeps openid at a check, and loses what was taken from the application', async () => {
    const { accessToken } = valueFrom(await house.enter(anna, 'openid'))
    valueFrom(
      await house.useCases.setApplicationReach({
        tenant: 'acme',
        clientId: 'api',
        scope: 'profile',
        audience: undefined,
        webOrigins: undefined,
      }),
    )
    expect(valueFrom(await describeCaller(accessToken)).token.scope).toBe('openid profile')
  })
})

describe('S44: a scope that was taken from the application', () => {
  const take = () =>
    house.useCases.setApplicationReach({ tenant: 'acme', clientId: 'api', scope: 'profile', audience: undefined, webOrigins: undefined })

  it('is in no token that comes of a refresh, and can be asked for no more', async () => {
    const first = valueFrom(await house.enter(anna, 'openid'))
    valueFrom(await take())
    const second = valueFrom(await house.renew(first))
    expect([second.scope, claimsOf(second.accessToken).email, claimsOf(second.idToken ?? '').email]).toEqual([
      'openid profile',
      undefined,
      undefined,
    ])
    const asking = { tenant: house.tenant, client: API, refreshToken: second.refreshToken ?? '', caller: CALLER }
    expect(await refusalOf(house.useCases.refreshSession({ ...asking, scope: 'email' }))).toBe('scope_exceeded')
    expect(valueFrom(await house.useCases.refreshSession({ ...asking, scope: ' ' })).scope, 'a blank narrows nothing').toBe(
      'openid profile',
    )
  })
})

describe('an application of another door', () => {
  it('S16: is none where a door asks for its own, and cannot be let send passwords in vain', async () => {
    const client = { kind: 'client', clientId: 'other', clientSecret: undefined, format: 'self-refreshing' } as const
    await house.makeApplication({ clientId: 'other' })
    expect(await refusalOf(house.enter(anna, undefined, client))).toBe('client_unknown')
    expect(await refusalOf(house.enter(anna, undefined, { ...client, format: 'keycloak' }))).toBe('accepted')
  })

  it('whose id tokens nobody could verify is not made', async () => {
    await expect(house.makeApplication({ clientId: 'mac', algorithm: 'HS256' })).rejects.toThrow('algorithm_unsuited')
  })
})

describe('what the tokens state of the account', () => {
  it('is what it is at the refresh; a change of rights ends the sessions that state the old ones', async () => {
    const first = valueFrom(await house.enter(anna))
    expect(claimsOf(first.accessToken)).toMatchObject({ realm_access: { roles: ['agent'] }, preferred_username: anna })
    valueFrom(
      await house.useCases.setAccountRights({ tenant: 'acme', account: anna, roles: ['agent', 'pbx/admin'], mayImpersonate: undefined }),
    )
    expect(await refusalOf(house.renew(first))).toBe('session_stale')
    expect(await refusalOf(describeCaller(first.accessToken))).toBe('session_stale')
    const again = valueFrom(await house.enter(anna))
    expect(claimsOf(again.accessToken)).toMatchObject({ resource_access: { pbx: { roles: ['admin'] } } })
  })

  it('reaches who checks the token, as it was signed', async () => {
    const { accessToken } = valueFrom(await house.enter(anna))
    expect(valueFrom(await describeCaller(accessToken)).token.stated).toEqual(claimsOf(accessToken))
  })
})

describe('who calls', () => {
  it('is the account as it is now', async () => {
    const { accessToken } = valueFrom(await house.enter(anna))
    expect(valueFrom(await describeCaller(accessToken))).toMatchObject({
      account: { loginIds: [anna], roles: ['agent'] },
      token: { clientId: 'api' },
    })
  })

  it('is nobody, with the reason, once the session is over', async () => {
    const [ended, stale, expired] = [
      valueFrom(await house.enter(anna)),
      valueFrom(await house.enter(await house.makeAccount('bob'))),
      valueFrom(await house.enter(anna)),
    ]
    valueFrom(await house.useCases.endSession({ tenant: 'acme', sessionId: ended.sessionId }))
    expect(await refusalOf(describeCaller(ended.accessToken))).toBe('session_ended')
    valueFrom(await house.useCases.endSessions({ noun: 'account', tenant: 'acme', account: 'bob@acme.example' }))
    expect(await refusalOf(describeCaller(stale.accessToken))).toBe('session_stale')
    await house.wait(IDLE_SECONDS)
    expect(await refusalOf(describeCaller(expired.accessToken))).toBe('token_invalid') // its own `exp` came first
  })
})

describe('S41: revocation', () => {
  it.each(['accessToken', 'refreshToken'] as const)('of the %s ends the session: neither token is good for anything', async (which) => {
    const tokens = valueFrom(await house.enter(anna))
    expect(await refusalOf(revoke(tokens[which] ?? ''))).toBe('accepted')
    expect([await refusalOf(house.renew(tokens)), await refusalOf(describeCaller(tokens.accessToken))]).toEqual([
      'session_ended',
      'session_ended',
    ])
    expect(await refusalOf(revoke(tokens[which] ?? ''))).toBe('accepted')
    const rows = valueFrom(await house.useCases.list.audit({ max: 20 })).filter(({ subject }) => subject === tokens.sessionId)
    expect(rows.map(({ action, details: { reason } }) => [action, reason])).toEqual([
      ['session.ended', 'revoked'],
      ['sign_in.succeeded', undefined],
    ])
  })

  it('of any earlier refresh token, an expired one too, ends the living session', async () => {
    const first = valueFrom(await house.enter(anna))
    await house.wait(IDLE_SECONDS - 60)
    const second = valueFrom(await house.renew(first))
    await house.wait(120)
    expect(await refusalOf(revoke(first.refreshToken ?? ''))).toBe('accepted')
    expect(await refusalOf(house.renew(second))).toBe('session_ended')
  })

  it('by another application ends nothing', async () => {
    const other = await house.makeApplication({ clientId: 'other' })
    const tokens = valueFrom(await house.enter(anna))
    for (const token of [tokens.accessToken, tokens.refreshToken ?? ''])
      expect(await refusalOf(revoke(token, other))).toBe('client_mismatch')
    expect(await refusalOf(house.renew(tokens))).toBe('accepted')
  })

  it('of what is no token is `token_invalid`, and a permanent token ends by its name alone', async () => {
    for (const token of ['', 'a.b.c', 'x'.repeat(9000)]) expect(await refusalOf(revoke(token))).toBe('token_invalid')
    const request = { tenant: 'acme', account: anna, clientId: 'api', name: 'cron', scope: undefined, lifetimeSeconds: undefined }
    const { token } = valueFrom(await house.useCases.issuePermanentToken(request))
    expect(await refusalOf(revoke(token))).toBe('token_is_permanent')
    expect(await refusalOf(describeCaller(token))).toBe('accepted')
  })
})

describe('a program that keeps its first refresh token', () => {
  it('goes on working, with access tokens that last as long as any, until its session is as old as Keycloak lets that token get', async () => {
    const first = valueFrom(await house.enter(anna))
    const ids = new Set<string>()
    for (let i = 0; i < 6; i += 1) {
      const { accessToken, accessExpiresInSeconds } = valueFrom(await house.renew(first))
      expect(accessExpiresInSeconds).toBe(Math.min(ACCESS_SECONDS, IDLE_SECONDS - i * 1200))
      expect(await refusalOf(describeCaller(accessToken))).toBe('accepted')
      ids.add(claimsOf(accessToken).jti)
      await house.wait(1200)
    }
    expect(ids.size, 'each has an id of its own').toBe(6)
    expect(await refusalOf(house.renew(first))).toBe('session_expired')
  })

  it('S32: an attacker who keeps an older one than the owner uses ends the session', async () => {
    const first = valueFrom(await house.enter(anna))
    let newest = first
    for (let i = 0; i < 3; i += 1) {
      await house.wait(60)
      newest = valueFrom(await house.renew(newest))
    }
    expect(await refusalOf(house.renew(first))).toBe('refresh_reused')
    expect(await refusalOf(house.renew(newest))).toBe('session_ended')
  })
})

/** What a token is good for at this moment: by introspection, and by the question whether a call may pass. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Tenant } from '../domain/tenant.ts'
import { A_PASSWORD, anAccountAt, openTestHouse, refreshTokenOf, TEST_DOORS, type TestHouse, valueFrom } from '../testing/test-house.ts'
import type { ClientCredentials, NewApplication } from './use-cases.ts'

vi.mock('@node-rs/argon2', () => import('../testing/quick-argon2.ts'))

const CALLER = { address: '192.0.2.7', requestId: 'req' }
const ACCESS = 600
let house: TestHouse
let ann: { login: string; password: string }
beforeEach(async () => {
  house = await openTestHouse({ lifetimes: { accessSeconds: ACCESS, idleSeconds: 3600, absoluteSeconds: 7200 } })
  ann = await anAccountAt(house, 'ann')
})
afterEach(() => house.close())

async function authorize(token: string, requiredScope = '', requiredAudience?: string, tenant: Tenant = house.tenant): Promise<string> {
  const answer = await house.useCases.authorizeCall({ tenant, token, requiredScope, requiredAudience })
  return answer.ok ? 'allowed' : answer.refusal.code
}

async function makeApplication(clientId: string, overrides: Partial<NewApplication> = {}): Promise<ClientCredentials> {
  const plain = { tenant: 'acme', door: 'device', clientId, name: clientId, type: 'confidential', passwordGrant: true } as const
  const { secret } = valueFrom(await house.useCases.createApplication({ ...plain, ...overrides }))
  return { kind: 'client', clientId, clientSecret: secret }
}

async function introspect(client: ClientCredentials, token: string, tenant: Tenant = house.tenant): Promise<string> {
  const answer = await house.useCases.introspectToken({ tenant, client, token, caller: CALLER })
  if (!answer.ok) return answer.refusal.code
  return answer.value === undefined ? 'inactive' : 'active'
}

async function issuePermanent(name: string, scope?: string, clientId = 'device', lifetimeSeconds?: number) {
  return valueFrom(await house.useCases.issuePermanentToken({ tenant: 'acme', account: ann.login, clientId, name, scope, lifetimeSeconds }))
}

describe.each(TEST_DOORS)('an access token of the door %s', (door) => {
  it('S41: is dead at once when its session is ended, however that was', async () => {
    const endings: ((tokens: { refresh: string; sessionId: string }) => Promise<unknown>)[] = [
      ({ refresh }) => house.signOut(door, refresh),
      ({ sessionId }) => house.useCases.endSession({ tenant: 'acme', sessionId }),
      () => house.useCases.endSessions({ noun: 'account', tenant: 'acme', account: ann.login }),
      () => house.useCases.endSessions({ noun: 'application', tenant: 'acme', clientId: door }),
      () => house.useCases.endSessions({ noun: 'tenant', tenant: 'acme' }),
      () => house.useCases.setPassword({ tenant: 'acme', account: ann.login, password: A_PASSWORD }),
      () => house.useCases.setEnabled({ noun: 'account', tenant: 'acme', account: ann.login }, false),
    ]
    const gateway = await makeApplication('gateway', { checks: 'tenant' })
    for (const end of endings) {
      const signedIn = valueFrom(await house.signIn(door, ann))
      expect([await authorize(signedIn.accessToken), await introspect(gateway, signedIn.accessToken)]).toEqual(['allowed', 'active'])
      await end({ refresh: refreshTokenOf(signedIn), sessionId: signedIn.sessionId })
      expect([await authorize(signedIn.accessToken), await introspect(gateway, signedIn.accessToken)]).toEqual([
        'token_invalid',
        'inactive',
      ])
    }
  })

  it('that was superseded is good until its own end, and not a millisecond longer', async () => {
    const signedIn = valueFrom(await house.signIn(door, ann))
    valueFrom(await house.refresh(door, refreshTokenOf(signedIn)))
    await house.wait(ACCESS - 1)
    house.clock.advance(499) // the clock of the house began in the middle of a second
    expect(await authorize(signedIn.accessToken)).toBe('allowed')
    house.clock.advance(1)
    expect(await authorize(signedIn.accessToken)).toBe('token_invalid')
  })

  it('says whose and for whom it is, and what remains of it', async () => {
    const signedIn = valueFrom(await house.signIn(door, ann))
    await house.wait(100)
    const gateway = await makeApplication('gateway', { checks: 'tenant' })
    const answer = await house.useCases.introspectToken({
      tenant: house.tenant,
      client: gateway,
      token: signedIn.accessToken,
      caller: CALLER,
    })
    expect(valueFrom(answer)).toMatchObject({
      kind: 'session',
      clientId: door,
      scope: 'calls:read calls:write',
      sessionId: signedIn.sessionId,
      expiresAt: signedIn.accessExpiresAt,
      expiresInSeconds: ACCESS - 100,
    })
  })

  it('S15: of one tenant means nothing at another', async () => {
    const { accessToken } = valueFrom(await house.signIn(door, ann))
    const other = valueFrom(await house.useCases.createTenant({ name: 'other', hostNames: [], doors: [door], isDefault: false }))
    const stranger = await makeApplication('gateway', { tenant: 'other', checks: 'tenant' })
    expect(await authorize(accessToken, '', undefined, other)).toBe('token_invalid')
    expect(await introspect(stranger, accessToken, other)).toBe('inactive')
    expect(await introspect(stranger, accessToken), 'nor is its application known here').toBe('client_unknown')
    expect(await authorize(accessToken)).toBe('allowed')
  })

  it('is good for nothing while its account, organisation, application or tenant is off, nor ever again', async () => {
    for (const target of [
      { noun: 'account', tenant: 'acme', account: ann.login },
      { noun: 'organisation', tenant: 'acme', organisation: 'Switchboard' },
      { noun: 'application', tenant: 'acme', clientId: door },
      { noun: 'tenant', tenant: 'acme' },
    ] as const) {
      const { accessToken } = valueFrom(await house.signIn(door, ann))
      valueFrom(await house.useCases.setEnabled(target, false))
      expect(await authorize(accessToken)).toBe('token_invalid')
      valueFrom(await house.useCases.setEnabled(target, true))
      expect(await authorize(accessToken)).toBe('token_invalid')
    }
  })
})

describe('who may ask about a token', () => {
  it('S121: is an application with that right, about its own or all of its tenant, and no other', async () => {
    const own = await makeApplication('own', { checks: 'own' })
    const all = await makeApplication('all', { checks: 'tenant' })
    const none = await makeApplication('none')
    const mine = valueFrom(await house.useCases.signIn({ tenant: house.tenant, client: own, ...ann, caller: CALLER })).accessToken
    const other = valueFrom(await house.signIn('device', ann)).accessToken
    expect([await introspect(own, mine), await introspect(own, other)]).toEqual(['active', 'inactive'])
    expect([await introspect(all, mine), await introspect(all, other)]).toEqual(['active', 'active'])
    for (const token of [mine, other, 'garbage']) expect(await introspect(none, token)).toBe('checking_not_allowed')
    const { apiKey } = valueFrom(await house.useCases.createApiKey({ tenant: 'acme', clientId: 'own', name: 'one' }))
    expect([await introspect({ kind: 'api_key', apiKey }, mine), await introspect({ kind: 'api_key', apiKey }, other)]).toEqual([
      'active',
      'inactive',
    ])
  })

  it('is nobody who only names an application: a public one has proved nothing', async () => {
    await makeApplication('public', { type: 'public', checks: 'tenant' })
    const token = valueFrom(await house.signIn('device', ann)).accessToken
    expect(await introspect({ kind: 'client', clientId: 'public', clientSecret: undefined }, token)).toBe('checking_not_allowed')
    const { apiKey } = valueFrom(await house.useCases.createApiKey({ tenant: 'acme', clientId: 'public', name: 'one' }))
    expect(await introspect({ kind: 'api_key', apiKey }, token)).toBe('active')
  })

  it('is nobody with a wrong secret, or with a secret or an API key that was switched off', async () => {
    const gateway = await makeApplication('gateway', { checks: 'tenant' })
    const { apiKey, key } = valueFrom(await house.useCases.createApiKey({ tenant: 'acme', clientId: 'gateway', name: 'one' }))
    const token = valueFrom(await house.signIn('device', ann)).accessToken
    const byKey = { kind: 'api_key', apiKey } as const
    for (const clientSecret of [undefined, '', 'wrong']) {
      expect(await introspect({ kind: 'client', clientId: 'gateway', clientSecret }, token)).toBe('client_unproven')
    }
    for (const wrong of ['', 'rkk_', `${apiKey.slice(0, -1)}~`, apiKey.toLowerCase()]) {
      expect(await introspect({ kind: 'api_key', apiKey: wrong }, token)).toBe('client_unknown')
    }
    await house.useCases.setEnabled({ noun: 'api_key', tenant: 'acme', id: key.id }, false)
    expect([await introspect(byKey, token), await introspect(gateway, token)]).toEqual(['client_unknown', 'active'])
    await house.useCases.setEnabled({ noun: 'api_key', tenant: 'acme', id: key.id }, true)
    await house.useCases.setEnabled({ noun: 'application', tenant: 'acme', clientId: 'gateway' }, false)
    expect([await introspect(byKey, token), await introspect(gateway, token)]).toEqual(['client_unknown', 'client_unknown'])
  })
})

describe('whether a call may pass', () => {
  it('S12: depends on every scope that is asked for, and on the audience', async () => {
    const api = await makeApplication('api', { scope: 'calls:read calls:write', audience: ['https://api.example', 'https://sip.example'] })
    const token = valueFrom(await house.useCases.signIn({ tenant: house.tenant, client: api, ...ann, caller: CALLER })).accessToken
    expect(await authorize(token, 'calls:read')).toBe('allowed')
    expect(await authorize(token, 'calls:write calls:read')).toBe('allowed')
    expect(await authorize(token, 'calls:read admin')).toBe('scope_insufficient')
    expect(await authorize(token, 'calls')).toBe('scope_insufficient')
    expect(await authorize(token, 'calls:read "')).toBe('scope_malformed')
    expect(await authorize(token, 'calls:read', 'https://sip.example')).toBe('allowed')
    expect(await authorize(token, 'calls:read', 'https://api.example/')).toBe('token_invalid')
    expect(await authorize(token, '', 'https://evil.example')).toBe('token_invalid')
  })

  it('is no for a refresh token, and for what is none', async () => {
    const { refreshToken } = valueFrom(await house.signIn('device', ann))
    for (const token of [refreshToken ?? '', '', '..', 'a.b.c', 'x'.repeat(20_000)]) expect(await authorize(token)).toBe('token_invalid')
  })
})

describe('a permanent token', () => {
  it('S123: is dead at once when it is revoked, and ends by itself to the second', async () => {
    const revoked = await issuePermanent('revoked')
    const ending = await issuePermanent('ending', undefined, 'device', 60)
    expect([await authorize(revoked.token), await authorize(ending.token)]).toEqual(['allowed', 'allowed'])
    valueFrom(await house.useCases.revokePermanentToken({ tenant: 'acme', id: revoked.permanentToken.id }))
    expect(await authorize(revoked.token)).toBe('token_invalid')
    await house.wait(59)
    expect(await authorize(ending.token)).toBe('allowed')
    await house.wait(1)
    expect(await authorize(ending.token)).toBe('token_invalid')
  })

  it('S124: reaches as far as its own scope, whatever its application has', async () => {
    const { token } = await issuePermanent('reader', 'calls:read')
    expect([await authorize(token, 'calls:read'), await authorize(token, 'calls:write')]).toEqual(['allowed', 'scope_insufficient'])
    const gateway = await makeApplication('gateway', { checks: 'tenant' })
    const answer = await house.useCases.introspectToken({ tenant: house.tenant, client: gateway, token, caller: CALLER })
    expect(valueFrom(answer)).toMatchObject({ kind: 'permanent', scope: 'calls:read', clientId: 'device', sessionId: undefined })
  })

  it('outlives every epoch, and is good for nothing while something that it belongs to is off', async () => {
    const { token } = await issuePermanent('crm')
    for (const target of [
      { noun: 'account', tenant: 'acme', account: ann.login },
      { noun: 'application', tenant: 'acme', clientId: 'device' },
      { noun: 'tenant', tenant: 'acme' },
    ] as const) {
      valueFrom(await house.useCases.endSessions(target))
      valueFrom(await house.useCases.setEnabled(target, false))
      expect(await authorize(token), target.noun).toBe('token_invalid')
      valueFrom(await house.useCases.setEnabled(target, true))
      expect(await authorize(token), target.noun).toBe('allowed')
    }
    const organisation = { noun: 'organisation', tenant: 'acme', organisation: 'Switchboard' } as const
    valueFrom(await house.useCases.setEnabled(organisation, false))
    expect(await authorize(token)).toBe('token_invalid')
    valueFrom(await house.useCases.setEnabled(organisation, true))
    valueFrom(await house.useCases.setPassword({ tenant: 'acme', account: ann.login, password: A_PASSWORD }))
    expect(await authorize(token)).toBe('allowed')
  })

  it('S15: means nothing at another tenant, and is told only to those who may ask', async () => {
    const { token } = await issuePermanent('crm')
    const other = valueFrom(await house.useCases.createTenant({ name: 'other', hostNames: [], doors: ['device'], isDefault: false }))
    expect(await authorize(token, '', undefined, other)).toBe('token_invalid')
    const own = await makeApplication('own', { checks: 'own' })
    expect(await introspect(own, token)).toBe('inactive')
    expect(await introspect(own, (await issuePermanent('mine', undefined, 'own')).token)).toBe('active')
  })

  it('with one character changed, cut off or added is none', async () => {
    const { token } = await issuePermanent('crm')
    const last = token.at(-1) === 'A' ? 'B' : 'A'
    for (const forged of [token.slice(0, -1), `${token.slice(0, -1)}${last}`, `${token}A`, `${token}.`, `${token}=`, ` ${token}`]) {
      expect(await authorize(forged)).toBe('token_invalid')
    }
  })
})

describe('S125: when an API key or a permanent token was last used', () => {
  it('is written by a flush, once for many uses, and never by a request', async () => {
    await makeApplication('gateway', { checks: 'tenant' })
    const { apiKey, key } = valueFrom(await house.useCases.createApiKey({ tenant: 'acme', clientId: 'gateway', name: 'one' }))
    const { token, permanentToken } = await issuePermanent('crm')
    const lastUses = async () => [
      valueFrom(await house.useCases.list.apiKeys('acme')).find(({ id }) => id === key.id)?.lastUsedAt,
      valueFrom(await house.useCases.list.permanentTokens('acme')).find(({ id }) => id === permanentToken.id)?.lastUsedAt,
    ]
    const writes = [vi.spyOn(house.store.apiKeys, 'recordUse'), vi.spyOn(house.store.permanentTokens, 'recordUse')]
    for (let use = 0; use < 20; use += 1) {
      await house.wait(1)
      expect(await introspect({ kind: 'api_key', apiKey }, token)).toBe('active')
    }
    const usedAt = house.clock.now()
    expect(await lastUses()).toEqual([undefined, undefined])
    for (const write of writes) expect(write).not.toHaveBeenCalled()
    await house.wait(30)
    await house.flushUses()
    await house.flushUses()
    expect(await lastUses()).toEqual([usedAt, usedAt])
    for (const write of writes) expect(write.mock.calls.map(([uses]) => uses.size)).toEqual([1])
  })

  it('is not moved by one that is refused', async () => {
    const { token, permanentToken } = await issuePermanent('crm')
    valueFrom(await house.useCases.revokePermanentToken({ tenant: 'acme', id: permanentToken.id }))
    expect(await authorize(token)).toBe('token_invalid')
    await house.flushUses()
    expect(valueFrom(await house.useCases.list.permanentTokens('acme')).map(({ lastUsedAt }) => lastUsedAt)).toEqual([undefined])
  })
})

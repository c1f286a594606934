import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Unavailable } from '../domain/fault.ts'
import { createSetClock } from '../testing/set-clock.ts'
import { A_PASSWORD, anAccountAt, openTestHouse, refreshTokenOf, TEST_DOORS, type TestHouse, valueFrom } from '../testing/test-house.ts'
import type { ClientCredentials, NewApplication } from './use-cases.ts'

vi.mock('@node-rs/argon2', () => import('../testing/quick-argon2.ts'))

const ACCESS = 60
const LIFETIMES = { accessSeconds: ACCESS, idleSeconds: 3600, absoluteSeconds: 7200 }
const CALLER = { address: '192.0.2.7', requestId: 'req' }
const BEARER_WINDOW = ACCESS + 300

let house: TestHouse
let ann: { login: string; password: string }
beforeEach(async () => {
  house = await openTestHouse({ lifetimes: LIFETIMES })
  ann = await anAccountAt(house, 'ann')
})
afterEach(() => house.close())

async function begin(door: string): Promise<string> {
  return refreshTokenOf(valueFrom(await house.signIn(door, ann)))
}

async function step(door: string, token: string): Promise<string> {
  return refreshTokenOf(valueFrom(await house.refresh(door, token)))
}

/** The tokens of generations 0 to `generation`, made one a second. */
async function advanceTo(generation: number, door: string): Promise<string[]> {
  const tokens = [await begin(door)]
  for (let done = 0; done < generation; done += 1) {
    await house.wait(1)
    tokens.push(await step(door, tokens.at(-1) ?? ''))
  }
  return tokens
}

/** What a presentation comes to: `tokens`, or the code of a refusal. */
async function present(door: string, token: string | undefined): Promise<string> {
  const answer = await house.refresh(door, token ?? '')
  return answer.ok ? 'tokens' : answer.refusal.code
}

async function isAlive(accessToken: string): Promise<boolean> {
  return (await house.useCases.authorizeCall({ tenant: house.tenant, token: accessToken, requiredScope: '', requiredAudience: undefined }))
    .ok
}

async function auditedActions(): Promise<string[]> {
  return valueFrom(await house.useCases.list.audit({ tenant: 'acme', max: 100 })).map(({ action }) => action)
}

function as(client: ClientCredentials, refreshToken: string, address = CALLER.address) {
  return house.useCases.refreshSession({ tenant: house.tenant, client, refreshToken, caller: { ...CALLER, address } })
}

function anApplication(overrides: Partial<NewApplication>): NewApplication {
  return { tenant: 'acme', door: 'device', clientId: 'other', name: 'Other', passwordGrant: true, ...overrides }
}

describe.each(TEST_DOORS)('at the door %s a refresh token', (door) => {
  it('S33: presented 50 times at once has one successor, which all get, and which goes on', async () => {
    const token = await begin(door)
    const answers = await Promise.all(Array.from({ length: 50 }, () => house.refresh(door, token)))
    const successors = new Set(answers.map((answer) => refreshTokenOf(valueFrom(answer))))
    expect(successors.size).toBe(1)
    const [successor = ''] = successors
    const [session] = valueFrom(await house.useCases.list.sessions('acme'))
    expect(session?.session.generation).toBe(1)
    const after = await Promise.all(Array.from({ length: 10 }, () => house.refresh(door, successor)))
    expect(new Set(after.map((answer) => refreshTokenOf(valueFrom(answer)))).size).toBe(1)
  })

  it('S36: whose answer was lost gets the same successor again, inside the window', async () => {
    const token = await begin(door)
    const successor = await step(door, token)
    await house.wait(door === 'bearer' ? BEARER_WINDOW : 30)
    expect(await step(door, token)).toBe(successor)
    expect(house.events.at(-1)).toMatchObject({ name: 'refresh.repeated' })
  })

  it('S32: of two generations back is refused within 30 s, and ends nothing', async () => {
    const [first = '', second = '', third = ''] = await advanceTo(2, door)
    expect(await present(door, first)).toBe('refresh_superseded')
    expect(await step(door, third)).not.toBe(second)
  })

  it('S32: of two generations back and later ends the session', async () => {
    const [first = '', , third = ''] = await advanceTo(2, door)
    await house.wait(30)
    expect(await present(door, first)).toBe('refresh_reused')
    expect(await present(door, third)).toBe('session_ended')
  })

  it('S32: of three generations back ends the session at once: its newest tokens are dead, and it is audited', async () => {
    const [first, second, third] = await advanceTo(2, door)
    const newest = valueFrom(await house.refresh(door, third ?? ''))
    expect(await isAlive(newest.accessToken)).toBe(true)
    expect(await present(door, first)).toBe('refresh_reused')
    for (const token of [first, second, third, refreshTokenOf(newest)]) expect(await present(door, token)).toBe('session_ended')
    expect(await isAlive(newest.accessToken)).toBe(false)
    const [row] = valueFrom(await house.useCases.list.audit({ tenant: 'acme', max: 1 }))
    expect(row).toMatchObject({
      action: 'refresh.token_reused',
      actor: 'unknown',
      subject: newest.sessionId,
      details: { presented: 0, current: 3 },
    })
  })

  it('S42: is refused when its session was idle for too long, and is good until then', async () => {
    const [one, other] = [await begin(door), await begin(door)]
    await house.wait(LIFETIMES.idleSeconds - 1)
    expect(await present(door, one)).toBe('tokens')
    await house.wait(1)
    expect(await present(door, other)).toBe('session_expired')
    expect(await present(door, other), 'nothing was written').toBe('session_expired')
  })

  it('S42: is refused at the end of the absolute life, however often it was refreshed; no token outlives it', async () => {
    let token = await begin(door)
    let last = { accessExpiresInSeconds: ACCESS, accessToken: '' }
    for (let passed = 50; passed < LIFETIMES.absoluteSeconds; passed += 50) {
      await house.wait(50)
      last = valueFrom(await house.refresh(door, token))
      token = refreshTokenOf(last as never)
      expect(last.accessExpiresInSeconds).toBe(Math.min(ACCESS, LIFETIMES.absoluteSeconds - passed))
    }
    await house.wait(50)
    expect(await present(door, token)).toBe('session_expired')
    expect(await isAlive(last.accessToken)).toBe(false)
  })

  const revocations: [string, () => Promise<unknown>][] = [
    ['a new password', () => house.useCases.setPassword({ tenant: 'acme', account: ann.login, password: 'another password' })],
    ['its account is switched off', () => house.useCases.setEnabled({ noun: 'account', tenant: 'acme', account: ann.login }, false)],
    ['its organisation', () => house.useCases.setEnabled({ noun: 'organisation', tenant: 'acme', organisation: 'Switchboard' }, false)],
    ['its tenant', () => house.useCases.setEnabled({ noun: 'tenant', tenant: 'acme' }, false)],
    ['its account’s sessions are ended', () => house.useCases.endSessions({ noun: 'account', tenant: 'acme', account: ann.login })],
    ['its application’s', () => house.useCases.endSessions({ noun: 'application', tenant: 'acme', clientId: door })],
    ['its tenant’s', () => house.useCases.endSessions({ noun: 'tenant', tenant: 'acme' })],
  ]
  it.each(revocations)('S40, S44: is refused after %s, in every generation, and stays refused', async (_, revoke) => {
    const tokens = await advanceTo(3, door)
    await revoke()
    for (const token of tokens) expect(await present(door, token)).toBe('session_stale')
    for (const target of [
      { noun: 'account', tenant: 'acme', account: ann.login },
      { noun: 'organisation', tenant: 'acme', organisation: 'Switchboard' },
      { noun: 'tenant', tenant: 'acme' },
    ] as const) {
      await house.useCases.setEnabled(target, true)
    }
    for (const token of tokens) expect(await present(door, token)).toBe('session_stale')
  })

  it('S44: is refused while its application is switched off, and when it is on again', async () => {
    const token = await begin(door)
    const target = { noun: 'application', tenant: 'acme', clientId: door } as const
    await house.useCases.setEnabled(target, false)
    expect(await present(door, token)).toBe('client_unknown')
    await house.useCases.setEnabled(target, true)
    expect(await present(door, token)).toBe('session_stale')
  })

  it('S45: that is a permanent one is none', async () => {
    const of = { tenant: 'acme', account: ann.login, clientId: door, name: 'crm', scope: undefined, lifetimeSeconds: undefined }
    const { token } = valueFrom(await house.useCases.issuePermanentToken(of))
    expect(await present(door, token)).toBe(door === 'bearer' ? 'token_is_permanent' : 'token_invalid')
  })

  it('S15: of one tenant means nothing at another', async () => {
    const token = await begin(door)
    const other = valueFrom(await house.useCases.createTenant({ name: 'other', hostNames: [], doors: [door], isDefault: false }))
    const client = { kind: 'door', door } as const
    expect(await house.useCases.refreshSession({ tenant: other, client, refreshToken: token, caller: CALLER })).toMatchObject({
      ok: false,
      refusal: { code: 'token_invalid' },
    })
    expect(await present(door, token)).toBe('tokens')
  })
})

describe('a lost answer', () => {
  it('S36: under strict is not given again after 30 s: the session ends', async () => {
    const token = await begin('strict')
    const successor = await step('strict', token)
    await house.wait(31)
    expect(await present('strict', token)).toBe('refresh_reused')
    expect(await present('strict', successor)).toBe('session_ended')
  })

  it('S36: under device is given again until the successor is used', async () => {
    const token = await begin('device')
    const successor = await step('device', token)
    await house.wait(LIFETIMES.idleSeconds - 1)
    expect(await step('device', token)).toBe(successor)
    await step('device', successor)
    await house.wait(31)
    expect(await present('device', token)).toBe('refresh_reused')
  })

  it('S36: is given again after an outage of ours, however long, and time that it took does not count', async () => {
    const token = await begin('strict')
    const successor = await step('strict', token)
    house.clock.advance(600_000)
    await house.store.beat(house.clock.now())
    await house.wait(29)
    expect(await step('strict', token)).toBe(successor)
  })

  it('S37: is given again at another address, which is an event', async () => {
    const token = await begin('device')
    const successor = await step('device', token)
    const moved = await as({ kind: 'door', door: 'device' }, token, '2001:db8::7')
    expect(refreshTokenOf(valueFrom(moved))).toBe(successor)
    expect(house.events.at(-1)).toMatchObject({ name: 'refresh.repeated', fields: { addressBlock: '2001:db8:0:0::/64' } })
  })

  it('S45: of a program that shares its token is given again with what remains of it, down to nothing', async () => {
    const token = await begin('bearer')
    const successor = valueFrom(await house.refresh('bearer', token))
    expect(successor.accessExpiresInSeconds).toBe(ACCESS)
    await house.wait(ACCESS + 200)
    const repeated = valueFrom(await house.refresh('bearer', token))
    expect(repeated.accessToken).toBe(successor.accessToken)
    expect(repeated.accessExpiresInSeconds).toBe(0)
    expect(await present('bearer', repeated.accessToken), 'it is refreshed once more').toBe('tokens')
  })
})

describe('an access token that refreshes itself', () => {
  it('S45: may have run out, until its session has', async () => {
    const token = await begin('bearer')
    await house.wait(LIFETIMES.idleSeconds - 1)
    expect(await isAlive(token)).toBe(false)
    expect(await present('bearer', token)).toBe('tokens')
  })

  it('S45: that was refreshed already gets what was made of it, or nothing: never a second successor', async () => {
    const [first = '', second = '', third = ''] = await advanceTo(2, 'bearer')
    expect(await step('bearer', second)).toBe(third)
    expect(await present('bearer', first)).toBe('refresh_superseded')
    await house.useCases.endSessions({ noun: 'account', tenant: 'acme', account: ann.login })
    for (const token of [first, second, third]) expect(await present('bearer', token)).toBe('session_stale')
  })
})

describe('another application', () => {
  const stranger: ClientCredentials = { kind: 'door', door: 'strict' }

  it('S37, S38: gets nothing for a token of somebody else’s, in its window or not; the session is untouched, and it is audited', async () => {
    const token = await begin('device')
    expect(await as(stranger, token)).toEqual({ ok: false, refusal: { code: 'client_mismatch' } })
    const successor = await step('device', token)
    expect(await as(stranger, token)).toEqual({ ok: false, refusal: { code: 'client_mismatch' } })
    expect(await as(stranger, successor)).toEqual({ ok: false, refusal: { code: 'client_mismatch' } })
    expect((await auditedActions()).filter((action) => action === 'refresh.by_another_application')).toHaveLength(3)
    expect(await step('device', token)).toBe(successor)
    expect(await present('device', successor)).toBe('tokens')
  })

  it('S37: is not told whether a scope is within that of somebody else’s session', async () => {
    valueFrom(await house.useCases.createApplication(anApplication({ door: 'bearer', passwordGrant: false })))
    const client = { kind: 'client', clientId: 'other', clientSecret: undefined } as const
    const refreshToken = await begin('bearer')
    for (const scope of ['calls:read', 'calls:delete']) {
      const request = { tenant: house.tenant, client, refreshToken, scope, caller: { address: '192.0.2.7', requestId: 'req' } }
      expect(await house.useCases.refreshSession(request)).toEqual({ ok: false, refusal: { code: 'session_unknown' } })
    }
    expect(await present('bearer', refreshToken)).toBe('tokens')
  })

  it('S37: that has a token of a confidential one but not its secret is refused, and audited; garbage in its place is not', async () => {
    const { secret } = valueFrom(await house.useCases.createApplication(anApplication({ clientId: 'safe', type: 'confidential' })))
    const owner = { kind: 'client', clientId: 'safe', clientSecret: secret } as const
    const caller = { address: '192.0.2.7', requestId: 'req' }
    const { login, password } = await anAccountAt(house, 'careful')
    const tokens = valueFrom(await house.useCases.signIn({ tenant: house.tenant, client: owner, login, password, caller }))
    const thief = { ...owner, clientSecret: 'guess' }
    for (const token of [refreshTokenOf(tokens), 'garbage']) {
      expect(await as(thief, token)).toEqual({ ok: false, refusal: { code: 'client_unproven' } })
    }
    expect((await auditedActions()).filter((action) => action === 'refresh.without_proof')).toHaveLength(1)
    expect((await as(owner, refreshTokenOf(tokens))).ok).toBe(true)
  })

  it('S38: of the same kind gets nothing for a self-refreshing one either', async () => {
    valueFrom(await house.useCases.createApplication(anApplication({ door: 'bearer', passwordGrant: false })))
    const tokens = await advanceTo(3, 'bearer')
    for (const token of tokens) {
      expect(await as({ kind: 'client', clientId: 'other', clientSecret: undefined }, token)).toMatchObject({ ok: false })
    }
    expect(await present('bearer', tokens.at(-1))).toBe('tokens')
  })

  it('S37, S38: without its proof is nobody: a secret or an API key of another, a wrong one, or none', async () => {
    const { useCases, tenant } = house
    const { secret } = valueFrom(await useCases.createApplication(anApplication({ clientId: 'portal', type: 'confidential' })))
    const { apiKey } = valueFrom(await useCases.createApiKey({ tenant: 'acme', clientId: 'portal', name: 'one' }))
    const { secret: otherSecret } = valueFrom(await useCases.createApplication(anApplication({ type: 'confidential' })))
    const { apiKey: otherKey } = valueFrom(await useCases.createApiKey({ tenant: 'acme', clientId: 'other', name: 'one' }))
    const portal = { kind: 'client', clientId: 'portal', clientSecret: secret } as const
    const signedIn = valueFrom(await useCases.signIn({ tenant, client: portal, ...ann, caller: CALLER }))
    const token = refreshTokenOf(signedIn)
    const strangers: [ClientCredentials, string][] = [
      [{ ...portal, clientSecret: undefined }, 'client_unproven'],
      [{ ...portal, clientSecret: '' }, 'client_unproven'],
      [{ ...portal, clientSecret: otherSecret }, 'client_unproven'],
      [{ kind: 'client', clientId: 'nobody', clientSecret: secret }, 'client_unknown'],
      [{ kind: 'client', clientId: 'device', clientSecret: secret }, 'client_unproven'],
      [{ kind: 'client', clientId: 'other', clientSecret: otherSecret }, 'client_mismatch'],
      [{ kind: 'api_key', apiKey: otherKey }, 'client_mismatch'],
      [{ kind: 'api_key', apiKey: `${apiKey}x` }, 'client_unknown'],
      [{ kind: 'door', door: 'device' }, 'client_mismatch'],
      [{ kind: 'door', door: 'nowhere' }, 'client_unknown'],
    ]
    for (const [client, code] of strangers)
      expect(await as(client, token), JSON.stringify(client)).toEqual({ ok: false, refusal: { code } })
    const successor = valueFrom(await as(portal, token))
    expect((await as({ kind: 'api_key', apiKey }, refreshTokenOf(successor))).ok).toBe(true)
  })
})

describe('the scope of a refresh', () => {
  const allows = async (token: string, requiredScope: string) =>
    (await house.useCases.authorizeCall({ tenant: house.tenant, token, requiredScope, requiredAudience: undefined })).ok

  it('S39: may be narrower, for that answer alone; the next one is whole again', async () => {
    const narrow = valueFrom(await house.refresh('device', await begin('device'), 'calls:read'))
    expect(narrow.scope).toBe('calls:read')
    expect([await allows(narrow.accessToken, 'calls:read'), await allows(narrow.accessToken, 'calls:write')]).toEqual([true, false])
    const whole = valueFrom(await house.refresh('device', refreshTokenOf(narrow)))
    expect(whole.scope).toBe('calls:read calls:write')
    expect(await allows(whole.accessToken, 'calls:read calls:write')).toBe(true)
  })

  it.each(['calls:read admin', 'admin', 'calls:readcalls:write', 'calls:read "', '\u0000'])(
    'S39: wider is refused, and the token is as good as before: %j',
    async (scope) => {
      const token = await begin('device')
      expect(await house.refresh('device', token, scope)).toEqual({ ok: false, refusal: { code: 'scope_exceeded' } })
      const [session] = valueFrom(await house.useCases.list.sessions('acme'))
      expect(session?.session.generation).toBe(0)
      expect(await present('device', token)).toBe('tokens')
    },
  )
})

describe('a store that has lost commits', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ringkey-lost-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it.each([
    ['strict', 10],
    ['device', 30],
    ['bearer', 30],
  ] as const)(
    'under %s answers neither tokens nor a refusal, but asks to come back in %i s, until the epoch is raised',
    async (door, seconds) => {
      const [path, backup, clock] = [join(folder, 'store'), join(folder, 'backup'), createSetClock()]
      const before = await openTestHouse({ path, clock })
      const account = await anAccountAt(before, 'bert')
      const first = refreshTokenOf(valueFrom(await before.signIn(door, account)))
      await before.close()
      copyFileSync(path, backup)
      const during = await openTestHouse({ path, clock, seed: 'during' })
      const second = refreshTokenOf(valueFrom(await during.refresh(door, first)))
      await during.close()
      copyFileSync(backup, path)

      const after = await openTestHouse({ path, clock, seed: 'after' })
      for (let times = 0; times < 2; times += 1) {
        await expect(after.refresh(door, second)).rejects.toMatchObject({ retryAfterSeconds: seconds, name: Unavailable.name })
      }
      expect(after.events.filter(({ name, level }) => name === 'store.commits_lost' && level === 'error')).toHaveLength(2)
      const authorize = { tenant: after.tenant, token: second, requiredScope: '', requiredAudience: undefined }
      if (door === 'bearer') expect(await after.useCases.authorizeCall(authorize), 'nor is it good for a call').toMatchObject({ ok: false })
      await after.useCases.endSessions({ noun: 'tenant', tenant: 'acme' })
      expect(await after.refresh(door, second)).toEqual({ ok: false, refusal: { code: 'session_stale' } })
      expect((await after.signIn(door, { ...account, password: A_PASSWORD })).ok).toBe(true)
      await after.close()
    },
  )
})

describe('what is no refresh token', () => {
  it.each(['', 'a', 'a.b.c', '..', 'null', 'x'.repeat(9000), `${'.'.repeat(15_000)}`])('touches nothing: %s', async (text) => {
    await begin('device')
    const rows = (await auditedActions()).length
    for (const door of TEST_DOORS) expect(await present(door, text)).toBe('token_invalid')
    expect((await auditedActions()).length).toBe(rows)
  })

  it('is an access token where there is a refresh token, and the other way round', async () => {
    const signedIn = valueFrom(await house.signIn('device', ann))
    expect(await present('device', signedIn.accessToken)).toBe('token_invalid')
    expect(await isAlive(signedIn.refreshToken ?? '')).toBe(false)
  })
})

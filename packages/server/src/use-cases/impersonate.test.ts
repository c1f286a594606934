import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { CALLER, claimsOf, IDLE_SECONDS, type KeycloakHouse, openKeycloakHouse } from '../testing/keycloak-house.ts'
import { valueFrom } from '../testing/test-house.ts'
import type { SessionTokens } from './use-cases.ts'

vi.mock('@node-rs/argon2', () => import('../testing/quick-argon2.ts'))

let house: KeycloakHouse
let boss: string
let agent: string
beforeEach(async () => {
  house = await openKeycloakHouse()
  boss = await house.makeAccount('boss', { mayImpersonate: true })
  agent = await house.makeAccount('agent')
})
afterEach(() => house.close())

const impersonate = (token: string, login: string) => house.useCases.impersonate({ tenant: house.tenant, token, login, caller: CALLER })
const codeOf = async (token: string, login: string) => {
  const outcome = await impersonate(token, login)
  return outcome.ok ? 'impersonated' : outcome.refusal.code
}
const enter = async (login: string) => valueFrom(await house.enter(login))
const idOf = async (login: string) => claimsOf((await enter(login)).accessToken).sub

async function standing(tokens: SessionTokens): Promise<string> {
  const call = await house.useCases.authorizeCall({
    tenant: house.tenant,
    token: tokens.accessToken,
    requiredScope: '',
    requiredAudience: undefined,
  })
  const refreshed = await house.renew(tokens)
  return `${call.ok ? 'good' : call.refusal.code}, ${refreshed.ok ? 'refreshed' : refreshed.refusal.code}`
}

describe('impersonation', () => {
  it('gives the tokens of another account, which name both, and leaves an audit row that names both', async () => {
    const own = await enter(boss)
    const [bossId, agentId] = [await idOf(boss), await idOf(agent)]
    const tokens = valueFrom(await impersonate(own.accessToken, ` ${agent.toUpperCase()} `))
    expect(claimsOf(tokens.accessToken)).toMatchObject({
      sub: agentId,
      preferred_username: agent,
      act: { sub: bossId },
      sid: tokens.sessionId,
    })
    expect(tokens.sessionId).not.toBe(own.sessionId)
    const rows = valueFrom(await house.useCases.list.audit({ max: 5 }))
    expect(rows.find(({ action }) => action === 'session.impersonated')).toMatchObject({
      actor: bossId,
      subject: tokens.sessionId,
      details: { account: agentId, actorSession: own.sessionId },
    })
  })

  it('names both in an id token too, which does not say that the person has signed in', async () => {
    const own = valueFrom(await house.enter(boss, 'openid'))
    const tokens = valueFrom(await impersonate(own.accessToken, agent))
    const claims = claimsOf(tokens.idToken ?? '')
    expect([claims.sub, claims.act, claims.auth_time]).toEqual([
      claimsOf(tokens.accessToken).sub,
      { sub: claimsOf(own.accessToken).sub },
      undefined,
    ])
    expect(claimsOf(own.idToken ?? '')).toMatchObject({ auth_time: claimsOf(own.accessToken).iat })
  })

  it('tells who acts to everybody who checks a token', async () => {
    const own = await enter(boss)
    const { accessToken } = valueFrom(await impersonate(own.accessToken, agent))
    const call = await house.useCases.authorizeCall({
      tenant: house.tenant,
      token: accessToken,
      requiredScope: '',
      requiredAudience: undefined,
    })
    expect(valueFrom(call).actor).toBe(claimsOf(own.accessToken).sub)
  })

  it('has no more scope than the token that asked for it', async () => {
    const own = await enter(boss)
    const request = { tenant: house.tenant, client: { kind: 'client', clientId: 'api', clientSecret: undefined }, caller: CALLER } as const
    const narrowed = valueFrom(await house.useCases.refreshSession({ ...request, refreshToken: own.refreshToken ?? '', scope: 'email' }))
    expect(valueFrom(await impersonate(narrowed.accessToken, agent)).scope).toBe('email')
  })

  it('leaves in the audit who ended its session: the actor, not the account that it is about', async () => {
    const own = await enter(boss)
    const tokens = valueFrom(await impersonate(own.accessToken, agent))
    const client = { kind: 'client', clientId: 'api', clientSecret: undefined } as const
    await house.useCases.signOut({ tenant: house.tenant, client, refreshToken: tokens.refreshToken ?? '', caller: CALLER })
    const [row] = valueFrom(await house.useCases.list.audit({ max: 1 }))
    expect([row?.action, row?.actor]).toEqual(['session.signed_out', claimsOf(own.accessToken).sub])
  })

  it('goes on naming both when its session is refreshed', async () => {
    const own = await enter(boss)
    const tokens = valueFrom(await impersonate(own.accessToken, agent))
    const renewed = valueFrom(await house.renew(tokens))
    expect(claimsOf(renewed.accessToken).act).toEqual({ sub: claimsOf(own.accessToken).sub })
    expect(renewed.sessionId).toBe(tokens.sessionId)
  })

  it('is for accounts that have the right, however good their token is', async () => {
    expect(await codeOf((await enter(agent)).accessToken, boss)).toBe('impersonation_not_allowed')
    expect(await codeOf((await enter(agent)).accessToken, 'nobody@acme.example')).toBe('impersonation_not_allowed')
  })

  it('S16: takes an access token and nothing else', async () => {
    const own = valueFrom(await house.enter(boss, 'openid'))
    for (const token of [own.refreshToken ?? '', own.idToken ?? '', '', 'a.b.c', `${own.accessToken}x`]) {
      expect(await codeOf(token, agent)).toBe('token_invalid')
    }
  })

  it('has no second hop: a session that was made so makes no other', async () => {
    const other = await house.makeAccount('deputy', { mayImpersonate: true })
    const own = await enter(boss)
    const tokens = valueFrom(await impersonate(own.accessToken, other))
    expect(await codeOf(tokens.accessToken, agent)).toBe('impersonation_not_allowed')
  })

  it('is no way for a permanent token, which has no session that another could hang on', async () => {
    const { token } = valueFrom(
      await house.useCases.issuePermanentToken({
        tenant: 'acme',
        account: boss,
        clientId: 'api',
        name: 'cron',
        scope: undefined,
        lifetimeSeconds: undefined,
      }),
    )
    expect(await codeOf(token, agent)).toBe('impersonation_not_allowed')
  })

  it('stays inside the organisation, and says of a foreign, an unknown and a disabled account the same', async () => {
    valueFrom(await house.useCases.createOrganisation({ tenant: 'acme', name: 'Other' }))
    const foreign = await house.makeAccount('foreign', { organisation: 'Other' })
    const disabled = await house.makeAccount('disabled')
    valueFrom(await house.useCases.setEnabled({ noun: 'account', tenant: 'acme', account: disabled }, false))
    const { accessToken } = await enter(boss)
    const answers = await Promise.all(
      [foreign, 'nobody@acme.example', disabled, '', 'a b', '\0'].map((login) => impersonate(accessToken, login)),
    )
    for (const answer of answers) expect(answer).toEqual({ ok: false, refusal: { code: 'account_not_found' } })
  })

  it.each([
    [
      'signs out',
      (own: SessionTokens) =>
        house.useCases.signOut({
          tenant: house.tenant,
          client: { kind: 'client', clientId: 'api', clientSecret: undefined },
          refreshToken: own.refreshToken ?? '',
          caller: CALLER,
        }),
    ],
    ['loses the right', () => house.useCases.setAccountRights({ tenant: 'acme', account: boss, roles: undefined, mayImpersonate: false })],
    ['is disabled', () => house.useCases.setEnabled({ noun: 'account', tenant: 'acme', account: boss }, false)],
    ['gets another password', () => house.useCases.setPassword({ tenant: 'acme', account: boss, password: 'another long password' })],
    ['has its session ended', (own: SessionTokens) => house.useCases.endSession({ tenant: 'acme', sessionId: own.sessionId })],
  ])('ends at once when the actor %s; the owner’s own session goes on', async (_what, end) => {
    const own = await enter(boss)
    const owners = await enter(agent)
    const tokens = valueFrom(await impersonate(own.accessToken, agent))
    valueFrom(await end(own))
    expect(await standing(tokens)).toBe('token_invalid, session_stale')
    expect(await standing(owners)).toBe('good, refreshed')
  })

  it('ends when the actor’s session runs out, though it was refreshed itself', async () => {
    const own = await enter(boss)
    const first = valueFrom(await impersonate(own.accessToken, agent))
    await house.wait(IDLE_SECONDS - 60)
    const renewed = valueFrom(await house.renew(first))
    await house.wait(61)
    expect(await standing(renewed)).toBe('token_invalid, session_stale')
  })

  it('ends when the account that it is about is disabled', async () => {
    const own = await enter(boss)
    const tokens = valueFrom(await impersonate(own.accessToken, agent))
    valueFrom(await house.useCases.setEnabled({ noun: 'account', tenant: 'acme', account: agent }, false))
    expect(await standing(tokens)).toBe('token_invalid, session_stale')
    expect(await standing(own)).toBe('good, refreshed')
  })

  it('leaves an audit row when it is refused: who asked, and about whom if there is such an account', async () => {
    valueFrom(await house.useCases.createOrganisation({ tenant: 'acme', name: 'Other' }))
    const foreign = await house.makeAccount('foreign', { organisation: 'Other' })
    const [own, agents] = [await enter(boss), await enter(agent)]
    await impersonate(own.accessToken, foreign)
    await impersonate(own.accessToken, 'nobody@acme.example')
    await impersonate(agents.accessToken, boss)
    const rows = valueFrom(await house.useCases.list.audit({ max: 3 }))
    const foreignId = (await house.store.accounts.findByLoginId(house.tenant.id, foreign as never))?.id
    expect(rows.map(({ action, actor, subject, details: { code } }) => [action, actor, subject, code])).toEqual([
      ['session.impersonation_refused', claimsOf(agents.accessToken).sub, undefined, 'impersonation_not_allowed'],
      ['session.impersonation_refused', claimsOf(own.accessToken).sub, undefined, 'account_not_found'],
      ['session.impersonation_refused', claimsOf(own.accessToken).sub, foreignId, 'account_not_found'],
    ])
  })

  it('is limited, per actor, and says when to come back', async () => {
    const own = await enter(boss)
    let answer = await impersonate(own.accessToken, 'nobody@acme.example')
    for (let i = 0; i < 600 && !(answer.ok === false && answer.refusal.code === 'throttled'); i += 1) {
      answer = await impersonate(own.accessToken, 'nobody@acme.example')
    }
    expect(answer).toMatchObject({ ok: false, refusal: { code: 'throttled', retryAfterSeconds: 1, burst: 600 } })
  })

  it('does not make the actor’s network a known place of the account', async () => {
    const own = await enter(boss)
    valueFrom(await impersonate(own.accessToken, agent))
    const found = await house.store.accounts.findForSignIn(house.tenant.id, agent as never, CALLER.address as never)
    expect(found?.knownBlock).toBe(false)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SessionId } from '../domain/ids.ts'
import { accessExpiry } from '../domain/session.ts'
import {
  A_SIGNED_IDENTITY,
  aSelfRefreshingApplication,
  aSession,
  aTenant,
  createWorkbench,
  forge,
  ISSUER,
  NOW,
  NOW_SECONDS,
  textsOf,
} from '../testing/token-workbench.ts'

const TENANT = aTenant()
const APPLICATION = aSelfRefreshingApplication()

async function aBench() {
  const bench = createWorkbench()
  const issuer = await bench.engine.prepare(TENANT, APPLICATION, NOW)
  const session = aSession(bench.engine.newIdentity('self-refreshing'))
  return { ...bench, issuer, session }
}

describe('a self-refreshing token', () => {
  it('has the header, the claims and their order that the platform’s clients know', async () => {
    const { issuer, session } = await aBench()
    const { accessToken, refreshToken, accessExpiresAt } = await issuer.issue(session)
    expect(accessToken).toMatch(/^eyJ0eXAiOiJKV1QiLCJhbGciOi/)
    expect(refreshToken).toBeUndefined()
    const { header, payload } = textsOf(accessToken)
    expect(header).toMatch(/^\{"typ":"JWT","alg":"EdDSA","kid":"[a-z2-7]{16}"\}$/)
    const jti = JSON.parse(payload).jti
    expect(jti).toMatch(/^[0-9A-Za-z]{16}$/)
    expect(payload).toBe(
      `{"iss":"${ISSUER}/api/v1/auth/login","iat":${NOW_SECONDS},"exp":${NOW_SECONDS + 3600},"nbf":${NOW_SECONDS},"jti":"${jti}","sub":"acc_alice"}`,
    )
    expect(accessExpiresAt).toBe(NOW_SECONDS + 3600)
  })

  it('S31: says nothing about the user but `sub`', async () => {
    const { issuer, session } = await aBench()
    const { header, payload } = textsOf((await issuer.issue(session)).accessToken)
    expect([Object.keys(JSON.parse(header)), Object.keys(JSON.parse(payload))]).toEqual([
      ['typ', 'alg', 'kid'],
      ['iss', 'iat', 'exp', 'nbf', 'jti', 'sub'],
    ])
  })

  it('is signed HS256 where its application asks for it', async () => {
    const { engine, session } = await aBench()
    const application = aSelfRefreshingApplication({ algorithm: 'HS256' })
    const { accessToken } = await (await engine.prepare(TENANT, application, NOW)).issue(session)
    expect(textsOf(accessToken).header).toContain('"alg":"HS256"')
    expect(await engine.readAccess(TENANT, accessToken, NOW)).toMatchObject({ ok: true })
  })

  it('keeps the instant of the sign-in in `iat`, and says in `nbf` when it was renewed', async () => {
    const { issuer, session } = await aBench()
    const renewed = { ...session, generation: 1, advancedAt: NOW + 100_000 }
    const claims = JSON.parse(textsOf((await issuer.issue(renewed)).accessToken).payload)
    expect(claims).toMatchObject({ iat: NOW_SECONDS, nbf: NOW_SECONDS + 100, exp: NOW_SECONDS + 3700 })
  })

  it('never outlives its session', async () => {
    const { issuer, session } = await aBench()
    const nearTheEnd = { ...session, expiresAt: NOW_SECONDS + 10 }
    expect(JSON.parse(textsOf((await issuer.issue(nearTheEnd)).accessToken).payload).exp).toBe(NOW_SECONDS + 10)
  })

  it('of the same row is the same text, at any time and on any replica', async () => {
    const { issuer, keys, session } = await aBench()
    const replica = createWorkbench({ keys, seed: 'replica' })
    const later = await replica.engine.prepare(TENANT, APPLICATION, NOW + 3_000_000)
    const renewed = { ...session, generation: 3, advancedAt: NOW + 60_000 }
    expect((await later.issue(renewed)).accessToken).toBe((await issuer.issue(renewed)).accessToken)
  })

  it('finds its row: whatever the session key and the generation, both are read back, and the row id', async () => {
    const { engine, issuer } = await aBench()
    await fc.assert(
      fc.asyncProperty(fc.nat(2 ** 31 - 1), async (generation) => {
        const session = aSession(engine.newIdentity('self-refreshing'), { generation })
        const { accessToken } = await issuer.issue(session)
        const claim = { applicationId: undefined, sessionId: session.id, secret: session.secret, generation }
        expect(await engine.readRefresh(TENANT, APPLICATION, accessToken, NOW)).toEqual({ ok: true, value: claim })
        const { sessionId, secret } = claim
        expect(await engine.readAccess(TENANT, accessToken, NOW)).toMatchObject({
          ok: true,
          value: { kind: 'session', sessionId, secret, generation },
        })
      }),
    )
  })

  it('does not show the row id in the token, nor the session key in the row id', async () => {
    const { issuer, session } = await aBench()
    expect((await issuer.issue(session)).accessToken).not.toContain(session.id)
    expect(session.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(session.id.replaceAll('-', '')).not.toContain(session.secret.toString('hex'))
  })

  it('is not made beyond generation 2^31 - 1: that throws and never becomes another session’s token', async () => {
    const { issuer, session } = await aBench()
    await expect(issuer.issue({ ...session, generation: 2 ** 31 })).rejects.toThrow('more often')
  })

  it('is not made for a session of another format', async () => {
    const { issuer, session } = await aBench()
    await expect(issuer.issue(aSession(A_SIGNED_IDENTITY))).rejects.toThrow('another token format')
    await expect(issuer.issue({ ...session, id: A_SIGNED_IDENTITY.id as SessionId })).rejects.toThrow('another token format')
  })

  it('is refused when its `jti` is none that we make, even under our signature', async () => {
    const { engine, issuer, session, keyOf } = await aBench()
    const { header, payload } = textsOf((await issuer.issue(session)).accessToken)
    const { jti } = JSON.parse(payload)
    for (const other of ['z'.repeat(16), jti.slice(1), `${jti}0`, jti.replace(/.$/, '-'), '']) {
      const forged = forge(header, payload.replace(jti, other), keyOf('self-refreshing', 'EdDSA'))
      expect(await engine.readRefresh(TENANT, APPLICATION, forged, NOW)).toMatchObject({ ok: false, refusal: { code: 'token_invalid' } })
    }
  })
})

describe('S45: at refresh, where the access token is the credential', () => {
  it('one that ran out is read: the row decides how long it may be refreshed', async () => {
    const { engine, issuer, session } = await aBench()
    const { accessToken } = await issuer.issue(session)
    const at = (accessExpiry(session, 3600, session.advancedAt) + 3600) * 1000
    expect(await engine.readAccess(TENANT, accessToken, at)).toMatchObject({ ok: false, refusal: { code: 'token_expired' } })
    expect(await engine.readRefresh(TENANT, APPLICATION, accessToken, at)).toMatchObject({ ok: true, value: { generation: 0 } })
  })

  it('one that was superseded is read with its own generation: the row decides what that means', async () => {
    const { engine, issuer, session } = await aBench()
    const { accessToken } = await issuer.issue(session)
    await issuer.issue({ ...session, generation: 1 })
    expect(await engine.readRefresh(TENANT, APPLICATION, accessToken, NOW)).toMatchObject({ ok: true, value: { generation: 0 } })
  })

  it('a permanent token is told from a forgery, expired or not, and is never read as a session', async () => {
    const { engine, session } = await aBench()
    const request = { subject: session.accountId, issuedAt: NOW, expiresAt: NOW_SECONDS + 60 }
    const { token } = await engine.issuePermanent(TENANT, request)
    for (const at of [NOW, NOW + 120_000]) {
      expect(await engine.readRefresh(TENANT, APPLICATION, token, at)).toMatchObject({ ok: false, refusal: { code: 'token_is_permanent' } })
    }
    const forged = `${token.slice(0, -1)}${token.endsWith('A') ? 'E' : 'A'}`
    expect(await engine.readRefresh(TENANT, APPLICATION, forged, NOW)).toMatchObject({ ok: false, refusal: { code: 'token_invalid' } })
  })
})

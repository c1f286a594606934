import { describe, expect, it } from 'vitest'
import type { Scope } from '../domain/scope.ts'
import {
  A_SIGNED_IDENTITY,
  anApplication,
  aSession,
  aTenant,
  createWorkbench,
  ISSUER,
  NOW,
  NOW_SECONDS,
  textsOf,
} from '../testing/token-workbench.ts'

const TENANT = aTenant()

async function claimsOf(application = anApplication(), session = aSession(A_SIGNED_IDENTITY)) {
  const { engine } = createWorkbench()
  const { accessToken } = await (await engine.prepare(TENANT, application, NOW)).issue(session)
  return { accessToken, ...textsOf(accessToken), claims: JSON.parse(textsOf(accessToken).payload), engine }
}

describe('a signed access token', () => {
  it('is as RFC 9068 has it: typ at+jwt, alg first, and every required claim', async () => {
    const { accessToken, header, payload, claims } = await claimsOf()
    expect(accessToken).toMatch(/^eyJhbGci/)
    expect(header).toMatch(/^\{"alg":"ES256","typ":"at\+jwt","kid":"[a-z2-7]{16}"\}$/)
    expect(claims.jti).toMatch(/^[\w-]{22}$/)
    expect(payload).toBe(
      `{"iss":"${ISSUER}","exp":${NOW_SECONDS + 3600},"aud":"https://api.example","sub":"acc_alice","client_id":"api",` +
        `"iat":${NOW_SECONDS},"jti":"${claims.jti}","scope":"calls:read calls:write","sid":"${A_SIGNED_IDENTITY.id}"}`,
    )
  })

  it('is read back claim for claim', async () => {
    const { engine, accessToken, claims } = await claimsOf()
    const read = await engine.readAccess(TENANT, accessToken, NOW)
    expect(read).toMatchObject({
      ok: true,
      value: {
        kind: 'session',
        sessionId: A_SIGNED_IDENTITY.id,
        secret: undefined,
        generation: undefined,
        subject: 'acc_alice',
        issuer: ISSUER,
        tokenId: claims.jti,
        issuedAt: NOW_SECONDS,
        notBefore: NOW_SECONDS,
        expiresAt: NOW_SECONDS + 3600,
        clientId: 'api',
        scope: 'calls:read calls:write',
        audience: ['https://api.example'],
      },
    })
  })

  it.each([
    ['EdDSA', '"alg":"EdDSA"'],
    ['HS256', '"alg":"HS256"'],
  ] as const)('is signed %s where its application asks for it', async (algorithm, alg) => {
    const { header, engine, accessToken } = await claimsOf(anApplication({ algorithm }))
    expect(header).toContain(alg)
    expect(await engine.readAccess(TENANT, accessToken, NOW)).toMatchObject({ ok: true })
  })

  it('lists its audiences when there are several, and is for the tenant itself when there is none', async () => {
    const several = await claimsOf(anApplication({ audience: ['https://a.example', 'https://b.example'] }))
    expect(several.claims.aud).toEqual(['https://a.example', 'https://b.example'])
    expect(await several.engine.readAccess(TENANT, several.accessToken, NOW)).toMatchObject({ value: { audience: several.claims.aud } })
    const none = await claimsOf(anApplication({ audience: [] }))
    expect(none.claims.aud).toBe(ISSUER)
    expect(await none.engine.readAccess(TENANT, none.accessToken, NOW)).toMatchObject({ value: { audience: [ISSUER] } })
  })

  it('states the same claims and the same jti when it is repeated, on any replica', async () => {
    const session = aSession(A_SIGNED_IDENTITY, { generation: 4, advancedAt: NOW - 60_000 })
    const [once, again] = [await claimsOf(anApplication(), session), await claimsOf(anApplication(), session)]
    expect(again.payload).toBe(once.payload)
  })

  it('has another jti for another generation, scope, session or secret', async () => {
    const variants = [
      {},
      { generation: 1 },
      { scope: 'calls:read' as Scope },
      { secret: Buffer.alloc(16, 8) },
      { id: '3f0e7c1a-52d4-4b86-9a30-6d1f5f1c2b7f' as typeof A_SIGNED_IDENTITY.id },
    ]
    const ids = await Promise.all(
      variants.map(async (variant) => (await claimsOf(anApplication(), aSession(A_SIGNED_IDENTITY, variant))).claims.jti),
    )
    expect(new Set(ids).size).toBe(variants.length)
  })

  it('holds nothing of the row’s secret', async () => {
    const { accessToken, payload } = await claimsOf()
    for (const spelling of ['hex', 'base64', 'base64url', 'latin1'] as const) {
      expect(accessToken + payload).not.toContain(A_SIGNED_IDENTITY.secret.toString(spelling))
    }
  })

  it('never outlives its session', async () => {
    const { claims } = await claimsOf(anApplication(), aSession(A_SIGNED_IDENTITY, { expiresAt: NOW_SECONDS + 10 }))
    expect(claims.exp).toBe(NOW_SECONDS + 10)
  })

  it('that would be too long for anyone to accept is not made', async () => {
    const audience = Array.from({ length: 100 }, (_, i) => `https://${'a'.repeat(60)}${i}.example`)
    await expect(claimsOf(anApplication({ audience }))).rejects.toThrow('characters')
  })
})

import { createSecretKey, hkdfSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AccountId, ApplicationId, TenantId } from '../domain/ids.ts'
import type { Scope } from '../domain/scope.ts'
import {
  A_SIGNED_IDENTITY,
  anApplication,
  aSession,
  aTenant,
  createWorkbench,
  forge,
  NOW,
  NOW_SECONDS,
  STORE_ID,
  textsOf,
} from '../testing/token-workbench.ts'
import type { OpenedSigningKey } from './opened-keys.ts'
import { createRefreshTokens } from './refresh.ts'
import type { SignatureKey } from './signature.ts'

const TENANT = aTenant()
const APPLICATION = anApplication()
const SESSION = aSession(A_SIGNED_IDENTITY, { generation: 5 })
const INVALID = { ok: false, refusal: { code: 'token_invalid' } }

async function aBench(options: Parameters<typeof createWorkbench>[0] = {}) {
  const bench = createWorkbench(options)
  const issuer = await bench.engine.prepare(TENANT, APPLICATION, NOW)
  const refreshOf = async (session = SESSION) => (await issuer.issue(session)).refreshToken ?? ''
  const read = (token: string, at = NOW) => bench.engine.readRefresh(TENANT, APPLICATION, token, at)
  return { ...bench, refreshOf, read }
}

/** What the MAC key would be if a key of another purpose were used; for the private key of a pair, of its bytes. */
function macKeyOfRefreshTokens({ purpose, signing }: OpenedSigningKey): SignatureKey {
  const material = signing.type === 'secret' ? signing.export() : signing.export({ format: 'der', type: 'pkcs8' })
  const info = JSON.stringify(['ringkey: refresh tokens', purpose, STORE_ID.toString('hex')])
  const key = createSecretKey(Buffer.from(hkdfSync('sha256', material, Buffer.alloc(0), info, 32)))
  return { algorithm: 'HS256', signing: key, verifying: key }
}

describe('a refresh token', () => {
  it('is a compact JWS with a type of its own that carries the row’s statement', async () => {
    const { refreshOf } = await aBench()
    const { header, payload } = textsOf(await refreshOf())
    expect(await refreshOf()).toMatch(/^eyJhb/)
    expect(header).toMatch(/^\{"alg":"HS256","typ":"refresh\+jwt","kid":"[a-z2-7]{16}"\}$/)
    expect(JSON.parse(payload)).toEqual({
      tenant: TENANT.id,
      application: APPLICATION.id,
      sid: SESSION.id,
      secret: SESSION.secret.toString('base64url'),
      generation: 5,
      exp: SESSION.expiresAt,
    })
  })

  it('is read back as its row’s statement, whatever the generation', async () => {
    const { refreshOf, read, engine } = await aBench()
    await fc.assert(
      fc.asyncProperty(fc.maxSafeNat(), async (generation) => {
        const session = aSession(engine.newIdentity('signed'), { generation })
        const { id: sessionId, secret } = session
        expect(await read(await refreshOf(session))).toEqual({
          ok: true,
          value: { applicationId: APPLICATION.id, sessionId, secret, generation },
        })
      }),
    )
  })

  it('of the same row is the same text, at any time, with any scope, on any replica', async () => {
    const { refreshOf, keys } = await aBench()
    const replica = createWorkbench({ keys, seed: 'replica' })
    const later = await replica.engine.prepare(TENANT, APPLICATION, NOW + 86_400_000)
    expect((await later.issue({ ...SESSION, scope: 'calls:read' as Scope })).refreshToken).toBe(await refreshOf())
  })

  it('is another text for every other row, generation, secret and end', async () => {
    const { refreshOf, engine } = await aBench()
    const changes = [
      { generation: 6 },
      { secret: Buffer.alloc(16, 8) },
      { id: engine.newIdentity('signed').id },
      { expiresAt: SESSION.expiresAt + 1 },
      { applicationId: 'app_two' as ApplicationId },
    ]
    const tokens = [await refreshOf(), ...(await Promise.all(changes.map((change) => refreshOf({ ...SESSION, ...change }))))]
    expect(new Set(tokens).size).toBe(tokens.length)
  })

  it('is read when it has run out: the row decides', async () => {
    const { refreshOf, read } = await aBench()
    expect(await read(await refreshOf(), (SESSION.expiresAt + 86_400) * 1000)).toMatchObject({ ok: true })
  })

  it('names the application that it was made for, so that another one’s is told', async () => {
    const { refreshOf, engine } = await aBench()
    const other = anApplication({ id: 'app_two' as ApplicationId })
    expect(await engine.readRefresh(TENANT, other, await refreshOf(), NOW)).toMatchObject({ ok: true, value: { applicationId: 'app_one' } })
  })

  it('with any one character changed is refused', async () => {
    const { refreshOf, read } = await aBench()
    const token = await refreshOf()
    await fc.assert(
      fc.asyncProperty(fc.nat(token.length - 1), fc.constantFrom(...'ABCXYZabcxyz0189-_.='), async (index, character) => {
        const changed = token.slice(0, index) + character + token.slice(index + 1)
        expect((await read(changed)).ok).toBe(changed === token)
      }),
      { numRuns: 500 },
    )
  })

  it('of another store is refused, though the keys were copied', async () => {
    const { refreshOf, keys } = await aBench()
    const elsewhere = await aBench({ keys, storeId: Buffer.alloc(16, 4) })
    expect(await elsewhere.read(await refreshOf())).toMatchObject(INVALID)
  })

  it('cannot be made with the stored key alone: the key is used through the store’s id and for nothing else', async () => {
    const { refreshOf, read, keyOf } = await aBench()
    const { header, payload } = textsOf(await refreshOf())
    expect(await read(forge(header, payload, keyOf('refresh', 'HS256')))).toMatchObject(INVALID)
    expect(STORE_ID).toHaveLength(16)
  })

  it('S15: of tenant A is refused at tenant B', async () => {
    const { refreshOf, engine } = await aBench()
    const other = aTenant('other')
    await engine.prepare(other, APPLICATION, NOW)
    expect(await engine.readRefresh(other, APPLICATION, await refreshOf(), NOW)).toMatchObject(INVALID)
  })

  it('S15: that claims another tenant under this tenant’s key is refused', async () => {
    const { refreshOf, read } = await aBench()
    expect(await read(await refreshOf({ ...SESSION, tenantId: 'ten_other' as TenantId }))).toMatchObject(INVALID)
  })

  it('S10: is no access token, and an access token or a permanent one is no refresh token', async () => {
    const { engine, refreshOf, read } = await aBench()
    const { accessToken } = await (await engine.prepare(TENANT, APPLICATION, NOW)).issue(SESSION)
    const { token } = await engine.issuePermanent(TENANT, { subject: 'acc_alice' as AccountId, issuedAt: NOW, expiresAt: NOW_SECONDS + 60 })
    expect(await engine.readAccess(TENANT, await refreshOf(), NOW)).toMatchObject(INVALID)
    for (const other of [accessToken, token]) expect(await read(other)).toMatchObject(INVALID)
  })

  it('S10: that names the key of another kind of token is refused, and causes no fault', async () => {
    const { engine, refreshOf, read, keyOf } = await aBench()
    await engine.issuePermanent(TENANT, { subject: 'acc_alice' as AccountId, issuedAt: NOW, expiresAt: NOW_SECONDS + 60 })
    const { header, payload } = textsOf(await refreshOf())
    for (const other of [keyOf('access', 'ES256'), keyOf('permanent', 'HS256')]) {
      const renamed = header.replace(keyOf('refresh', 'HS256').id, other.id)
      expect(await read(forge(renamed, payload, other))).toMatchObject(INVALID)
      expect(await read(forge(renamed, payload, macKeyOfRefreshTokens(other)))).toMatchObject(INVALID)
    }
  })

  it('S10: is never derived from a key of another purpose: that throws, where Node itself would abort the process', async () => {
    const { engine, keyOf } = await aBench()
    await engine.issuePermanent(TENANT, { subject: 'acc_alice' as AccountId, issuedAt: NOW, expiresAt: NOW_SECONDS + 60 })
    const tokens = createRefreshTokens(STORE_ID)
    for (const other of [
      keyOf('access', 'ES256'),
      keyOf('permanent', 'HS256'),
      { ...keyOf('access', 'ES256'), purpose: 'refresh' as const },
    ]) {
      expect(() => tokens.write(SESSION, other)).toThrow('none for refresh tokens')
    }
    expect(tokens.write(SESSION, keyOf('refresh', 'HS256'))).toMatch(/^eyJhb/)
  })

  it('S6: under a retired key is refused, and under a pending one', async () => {
    const { refreshOf, read, keyOf, changeKey } = await aBench()
    const token = await refreshOf()
    changeKey(keyOf('refresh', 'HS256').id, { retiresAt: NOW + 60_000 })
    expect(await read(token, NOW + 59_999)).toMatchObject({ ok: true })
    expect(await read(token, NOW + 60_000)).toMatchObject(INVALID)
    changeKey(keyOf('refresh', 'HS256').id, { retiresAt: undefined, activatesAt: NOW + 900_000 })
    expect(await read(token, NOW + 120_000)).toMatchObject(INVALID)
  })
})

describe('a rotation of keys', () => {
  it('does not change a repeat: the key of the instant of the advance makes it', async () => {
    const { refreshOf, keys, makeKey, engine, read } = await aBench()
    const before = await refreshOf()
    const activatesAt = NOW + 600_000
    keys.rows.push(await makeKey({ tenantId: TENANT.id, purpose: 'refresh', algorithm: 'HS256', ordinal: 2, createdAt: NOW, activatesAt }))
    const issuer = await engine.prepare(TENANT, APPLICATION, activatesAt + 1)
    expect((await issuer.issue(SESSION)).refreshToken).toBe(before)
    const advanced = (await issuer.issue({ ...SESSION, generation: 6, advancedAt: activatesAt })).refreshToken ?? ''
    expect(textsOf(advanced).header).not.toBe(textsOf(before).header)
    expect(await read(advanced, activatesAt + 1)).toMatchObject({ ok: true, value: { generation: 6 } })
  })

  it('in an emergency repeats under the key that is active now, so that the repeat can be used', async () => {
    const { refreshOf, keyOf, changeKey, engine, read } = await aBench()
    const lost = await refreshOf()
    changeKey(keyOf('refresh', 'HS256').id, { retiresAt: NOW + 1000 })
    const at = NOW + 60_000
    const repeated = (await (await engine.prepare(TENANT, APPLICATION, at)).issue(SESSION)).refreshToken ?? ''
    expect(await read(lost, at)).toMatchObject(INVALID)
    expect(await read(repeated, at)).toMatchObject({ ok: true, value: { generation: 5 } })
  })
})

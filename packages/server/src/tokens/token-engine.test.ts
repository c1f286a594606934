import { createPublicKey, type KeyObject } from 'node:crypto'
import fc from 'fast-check'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import type { AccountId } from '../domain/ids.ts'
import { parseScope, type Scope } from '../domain/scope.ts'
import {
  A_SIGNED_IDENTITY,
  anApplication,
  aSelfRefreshingApplication,
  aSession,
  aTenant,
  createWorkbench,
  ISSUER,
  MASTER_KEY,
  NOW,
  NOW_SECONDS,
  STORE_ID,
} from '../testing/token-workbench.ts'
import { createTokenEngine } from './token-engine.ts'

const TENANT = aTenant()
const ES256 = anApplication()
const EDDSA = aSelfRefreshingApplication()

describe('the published keys', () => {
  it('S30: have public members alone, an id of their own, alg and use; the PEM is the same key', async () => {
    const { engine, keyOf } = createWorkbench()
    await engine.prepare(TENANT, ES256, NOW)
    await engine.prepare(TENANT, EDDSA, NOW)
    const keys = await engine.publicKeys(TENANT, NOW)
    expect(keys.map(({ jwk }) => jwk)).toEqual([
      {
        kty: 'EC',
        crv: 'P-256',
        x: expect.stringMatching(/^[\w-]{43}$/),
        y: expect.stringMatching(/^[\w-]{43}$/),
        kid: keyOf('access', 'ES256').id,
        alg: 'ES256',
        use: 'sig',
      },
      {
        kty: 'OKP',
        crv: 'Ed25519',
        x: expect.stringMatching(/^[\w-]{43}$/),
        kid: keyOf('self-refreshing', 'EdDSA').id,
        alg: 'EdDSA',
        use: 'sig',
      },
    ])
    for (const { id, jwk, pem } of keys) {
      expect(id).toBe(jwk.kid)
      expect(pem).toMatch(/^-----BEGIN PUBLIC KEY-----\n/)
      expect(createPublicKey(pem).equals(createPublicKey({ key: { ...jwk }, format: 'jwk' }))).toBe(true)
    }
  })

  it('S30: never hold a shared key, whatever it is for', async () => {
    const { engine, keys } = createWorkbench()
    await engine.prepare(TENANT, anApplication({ algorithm: 'HS256' }), NOW)
    await engine.prepare(TENANT, aSelfRefreshingApplication({ algorithm: 'HS256' }), NOW)
    await engine.issuePermanent(TENANT, { subject: 'acc_alice' as AccountId, issuedAt: NOW, expiresAt: NOW_SECONDS + 60 })
    expect(keys.rows).toHaveLength(4)
    expect(await engine.publicKeys(TENANT, NOW)).toEqual([])
  })

  it('are those that a gateway may meet: pending, active and retiring ones, and no retired one', async () => {
    const { engine, keys, makeKey, changeKey, keyOf } = createWorkbench()
    await engine.prepare(TENANT, ES256, NOW)
    const first = keyOf('access', 'ES256').id
    const second = await makeKey({
      tenantId: TENANT.id,
      purpose: 'access',
      algorithm: 'ES256',
      ordinal: 2,
      createdAt: NOW,
      activatesAt: NOW + 600_000,
    })
    keys.rows.push(second)
    changeKey(first, { retiresAt: NOW + 900_000 })
    const idsAt = async (at: number) => (await engine.publicKeys(TENANT, at)).map(({ id }) => id)
    expect(await idsAt(NOW + 60_000)).toEqual([first, second.id])
    expect(await idsAt(NOW + 899_999)).toEqual([first, second.id])
    expect(await idsAt(NOW + 900_000)).toEqual([second.id])
  })

  it('are a tenant’s own', async () => {
    const { engine } = createWorkbench()
    await engine.prepare(TENANT, ES256, NOW)
    expect(await engine.publicKeys(aTenant('other'), NOW)).toEqual([])
  })
})

describe('another implementation', () => {
  const sessions = fc.record({
    generation: fc.nat(2 ** 31 - 1),
    advancedAt: fc.integer({ min: NOW - 3_000_000, max: NOW }),
    scope: fc.constantFrom('', 'calls:read', 'a b c').map((text) => parseScope(text) as Scope),
    accountId: fc.string({ minLength: 1, unit: 'binary', maxLength: 40 }).map((text) => text as AccountId),
  })

  it.each([
    ['signed ES256', ES256, ISSUER, 'at+jwt'],
    ['signed EdDSA', anApplication({ algorithm: 'EdDSA' }), ISSUER, 'at+jwt'],
    ['self-refreshing EdDSA', EDDSA, `${ISSUER}/api/v1/auth/login`, 'JWT'],
  ])(
    '(jose) accepts under our published keys every %s token that we accept, and reads the same',
    async (_kind, application, issuer, typ) => {
      const { engine } = createWorkbench()
      const { issue } = await engine.prepare(TENANT, application, NOW)
      const jwks = createLocalJWKSet({ keys: (await engine.publicKeys(TENANT, NOW)).map(({ jwk }) => ({ kty: '', ...jwk })) })
      await fc.assert(
        fc.asyncProperty(sessions, async (overrides) => {
          const identity = engine.newIdentity(application.tokenFormat)
          const { accessToken } = await issue(aSession(identity, { ...overrides, startedAt: overrides.advancedAt }))
          const ours = await engine.readAccess(TENANT, accessToken, NOW)
          expect(ours).toMatchObject({ ok: true })
          const options = {
            issuer,
            typ,
            algorithms: [application.algorithm],
            currentDate: new Date(NOW),
            requiredClaims: ['exp', 'iat', 'sub', 'jti'],
          }
          const { payload } = await jwtVerify(accessToken, jwks, options)
          expect(ours.ok && [ours.value.subject, ours.value.expiresAt, ours.value.tokenId]).toEqual([payload.sub, payload.exp, payload.jti])
        }),
        { numRuns: 50 },
      )
    },
  )

  it('(jose) accepts our shared-key tokens under the very key, and refuses the secret half of nothing', async () => {
    const { engine, keyOf } = createWorkbench()
    const { token } = await engine.issuePermanent(TENANT, { subject: 'acc_alice' as AccountId, issuedAt: NOW, expiresAt: NOW_SECONDS + 60 })
    const verifyWith = (key: KeyObject) =>
      jwtVerify(token, key, { algorithms: ['HS256'], currentDate: new Date(NOW), issuer: `${ISSUER}/token/generate` })
    expect((await verifyWith(keyOf('permanent', 'HS256').signing)).payload.sub).toBe('acc_alice')
    await engine.prepare(TENANT, anApplication({ algorithm: 'HS256' }), NOW)
    await expect(verifyWith(keyOf('access', 'HS256').signing)).rejects.toThrow('signature')
  })
})

describe('reading a token again', () => {
  it('gives the same answer from memory, and asks for its time each time', async () => {
    const { engine } = createWorkbench()
    const { accessToken } = await (await engine.prepare(TENANT, ES256, NOW)).issue(aSession(A_SIGNED_IDENTITY))
    const first = await engine.readAccess(TENANT, accessToken, NOW)
    expect(await engine.readAccess(TENANT, accessToken, NOW)).toEqual(first)
    expect(await engine.readAccess(TENANT, accessToken, NOW - 60_000)).toMatchObject({ refusal: { code: 'token_invalid' } })
    expect(await engine.readAccess(TENANT, accessToken, NOW + 3_600_000)).toMatchObject({ refusal: { code: 'token_expired' } })
  })

  it('never answers for another token of the same claims, however often they alternate', async () => {
    const { engine } = createWorkbench()
    const { issue } = await engine.prepare(TENANT, ES256, NOW)
    const scopes = ['calls:read', 'calls:write'] as const
    const issued = await Promise.all(scopes.map((scope) => issue(aSession(A_SIGNED_IDENTITY, { scope: scope as Scope }))))
    const tokens = issued.map(({ accessToken }) => accessToken)
    for (let i = 0; i < 2000; i += 1) {
      const read = await engine.readAccess(TENANT, tokens[i % 2] ?? '', NOW)
      expect(read.ok && read.value.scope).toBe(scopes[i % 2])
    }
  })

  it('S6: is over when its key is retired, though it was verified before: at the latest a reload later', async () => {
    const { engine, keyOf, changeKey } = createWorkbench()
    const { accessToken } = await (await engine.prepare(TENANT, ES256, NOW)).issue(aSession(A_SIGNED_IDENTITY))
    await engine.readAccess(TENANT, accessToken, NOW)
    changeKey(keyOf('access', 'ES256').id, { retiresAt: NOW + 1 })
    expect(await engine.readAccess(TENANT, accessToken, NOW + 30_000)).toMatchObject({ refusal: { code: 'token_invalid' } })
  })

  it('S6: is over at the very instant at which its key was to retire, without a reload', async () => {
    const { engine, keyOf, changeKey } = createWorkbench()
    const { accessToken } = await (await engine.prepare(TENANT, ES256, NOW)).issue(aSession(A_SIGNED_IDENTITY))
    changeKey(keyOf('access', 'ES256').id, { retiresAt: NOW + 35_000 })
    expect(await engine.readAccess(TENANT, accessToken, NOW + 34_999)).toMatchObject({ ok: true })
    expect(await engine.readAccess(TENANT, accessToken, NOW + 35_000)).toMatchObject({ refusal: { code: 'token_invalid' } })
  })

  it('remembers no refusal: a token under a key that was unknown is accepted once the key is there', async () => {
    const bench = createWorkbench()
    const { accessToken } = await (await bench.engine.prepare(TENANT, ES256, NOW)).issue(aSession(A_SIGNED_IDENTITY))
    const replica = createWorkbench({ seed: 'replica' })
    expect(await replica.engine.readAccess(TENANT, accessToken, NOW)).toMatchObject({ refusal: { code: 'token_invalid' } })
    replica.keys.rows = bench.keys.rows
    expect(await replica.engine.readAccess(TENANT, accessToken, NOW + 1000)).toMatchObject({ ok: true })
  })

  it('follows the issuer of today: a tenant that has moved accepts none of its old address', async () => {
    const { keys } = createWorkbench()
    let issuer = ISSUER
    const engine = createTokenEngine({
      keys,
      masterKey: MASTER_KEY,
      storeId: STORE_ID,
      randomness: { bytes: (length) => Buffer.alloc(length, 5) },
      issuerOf: () => issuer,
    })
    const { accessToken } = await (await engine.prepare(TENANT, ES256, NOW)).issue(aSession(A_SIGNED_IDENTITY))
    expect(await engine.readAccess(TENANT, accessToken, NOW)).toMatchObject({ ok: true })
    issuer = 'https://elsewhere.example'
    expect(await engine.readAccess(TENANT, accessToken, NOW)).toMatchObject({ refusal: { code: 'token_invalid' } })
  })
})

describe('a new identity', () => {
  it('is a random UUID and 16 random bytes for signed tokens, and never the same twice', () => {
    const { engine } = createWorkbench()
    const identities = Array.from({ length: 100 }, () => engine.newIdentity('signed'))
    for (const { id, secret } of identities) {
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      expect(secret).toHaveLength(16)
      expect(id.replaceAll('-', '')).not.toContain(secret.toString('hex').slice(0, 12))
    }
    expect(new Set(identities.map(({ id }) => id)).size).toBe(100)
  })

  it('is 8 random bytes for self-refreshing tokens, and the id that follows from them', () => {
    const { engine } = createWorkbench()
    const identity = engine.newIdentity('self-refreshing')
    expect(identity.secret).toHaveLength(8)
    expect(engine.newIdentity('self-refreshing').id).not.toBe(identity.id)
  })
})

describe('a token engine', () => {
  it('S156: is not made with a master key of the wrong length', () => {
    const { keys } = createWorkbench()
    const parts = { keys, storeId: STORE_ID, randomness: { bytes: (length: number) => Buffer.alloc(length) }, issuerOf: () => ISSUER }
    expect(() => createTokenEngine({ ...parts, masterKey: Buffer.alloc(16) })).toThrow('master key')
  })

  it('S156: with another master key opens nothing and makes nothing new in its place', async () => {
    const { keys, engine } = createWorkbench()
    await engine.prepare(TENANT, ES256, NOW)
    const rows = [...keys.rows]
    const wrong = createTokenEngine({
      keys,
      masterKey: Buffer.alloc(32, 8),
      storeId: STORE_ID,
      randomness: { bytes: (length) => Buffer.alloc(length) },
      issuerOf: () => ISSUER,
    })
    await expect(wrong.prepare(TENANT, ES256, NOW)).rejects.toThrow('cannot be opened')
    expect(keys.rows).toEqual(rows)
  })
})

import { generateKeyPairSync } from 'node:crypto'
import { CompactEncrypt, compactDecrypt, createLocalJWKSet, jwtVerify } from 'jose'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Application } from '../domain/application.ts'
import type { AccountId } from '../domain/ids.ts'
import { KEY_RELOAD_SECONDS } from '../domain/signing-key.ts'
import {
  A_SIGNED_IDENTITY,
  aKeycloakApplication,
  anAccount,
  anApplication,
  aSealedApplication,
  aSelfRefreshingApplication,
  aSession,
  aTenant,
  base64url,
  createWorkbench,
  forge,
  forgeSeal,
  headerOfSeal,
  ISSUER,
  NOW,
  NOW_SECONDS,
  openSeal,
  textsOf,
  type Workbench,
} from '../testing/token-workbench.ts'
import type { OpenedSealingKey } from './opened-keys.ts'

const TENANT = aTenant()
const OTHER_TENANT = aTenant('other')
const APPLICATION = aSealedApplication()
const INVALID = { ok: false, refusal: { code: 'token_invalid' } }

let bench: Workbench
let token: string
let refreshToken: string
/** The JWS inside the token. */
let inside: string
let sealing: OpenedSealingKey

async function issue(application: Application = APPLICATION, { engine } = bench, tenant = TENANT) {
  const identity = application.tokenFormat === 'self-refreshing' ? engine.newIdentity('self-refreshing') : A_SIGNED_IDENTITY
  const subject = { account: anAccount(), actorId: undefined }
  return (await engine.prepare(tenant, application, NOW)).issue(aSession(identity, { tenantId: tenant.id }), subject)
}

const read = (presented: string, at = NOW) => bench.engine.readAccess(TENANT, presented, at)
const readRefresh = (presented: string, application = APPLICATION) => bench.engine.readRefresh(TENANT, application, presented, NOW)
const seal = (plaintext: string | Buffer, key = sealing) => forgeSeal(headerOfSeal(key), plaintext, key)

/** Another server on the same store: it has verified nothing yet. */
const aReplica = (seed = 'replica') => createWorkbench({ keys: bench.keys, seed })

beforeEach(async () => {
  bench = createWorkbench()
  const issued = await issue()
  ;[token, refreshToken] = [issued.accessToken, issued.refreshToken ?? '']
  sealing = bench.sealingKeyOf()
  inside = openSeal(token, sealing)
})

describe('a sealed access token', () => {
  it('is a JWE that begins with eyJhbGciOiJ and tells nothing but which key opens it', () => {
    const [header = '', encryptedKey, iv = '', , tag = ''] = token.split('.')
    expect(token).toMatch(/^eyJhbGciOiJ/)
    expect(Buffer.from(header, 'base64url').toString()).toBe(`{"alg":"dir","enc":"A256GCM","cty":"JWT","kid":"${sealing.id}"}`)
    expect([encryptedKey, Buffer.from(iv, 'base64url').length, Buffer.from(tag, 'base64url').length]).toEqual(['', 12, 16])
    const seen = Buffer.from(token.replaceAll('.', ''), 'base64url').toString('latin1')
    for (const secret of ['acc_alice', 'calls:read', A_SIGNED_IDENTITY.id, ISSUER]) expect(token + seen).not.toContain(secret)
  })

  it('holds the claims of a signed one, signed with a key of its own', async () => {
    const { header, payload } = textsOf(inside)
    expect(header).toBe(`{"alg":"ES256","typ":"at+jwt","kid":"${bench.keyOf('sealed-access', 'ES256').id}"}`)
    const { accessToken } = await issue(anApplication())
    expect(payload).toBe(textsOf(accessToken).payload)
  })

  it('is read back claim for claim, here and on another server', async () => {
    const here = await read(token)
    const expected = { kind: 'session', format: 'sealed', sessionId: A_SIGNED_IDENTITY.id, subject: 'acc_alice', clientId: 'api' }
    expect(here).toMatchObject({ ok: true, value: { ...expected, scope: 'calls:read calls:write', audience: ['https://api.example'] } })
    expect(await aReplica().engine.readAccess(TENANT, token, NOW)).toEqual(here)
  })

  it('says the format of every other token as well', async () => {
    const applications = [anApplication(), aKeycloakApplication(), aSelfRefreshingApplication(), APPLICATION]
    for (const application of applications) {
      const { accessToken } = await issue(application)
      expect(await read(accessToken)).toMatchObject({ value: { kind: 'session', format: application.tokenFormat } })
    }
    const permanent = await bench.engine.issuePermanent(TENANT, {
      subject: 'acc_alice' as AccountId,
      issuedAt: NOW,
      expiresAt: NOW_SECONDS + 60,
    })
    expect(await read(permanent.token)).toMatchObject({ value: { kind: 'permanent', format: 'permanent' } })
  })

  it('is another text each time, with the same jti, and never with an IV used before', async () => {
    const issued = await Promise.all(Array.from({ length: 50 }, async () => (await issue()).accessToken))
    const onReplica = await Promise.all(Array.from({ length: 50 }, async () => (await issue(APPLICATION, aReplica('two'))).accessToken))
    const all = [token, ...issued, ...onReplica.slice(0, 1)]
    expect(new Set(all.map((text) => text.split('.')[2])).size).toBe(52)
    expect(new Set(all.map((text) => JSON.parse(textsOf(openSeal(text, sealing)).payload).jti)).size).toBe(1)
  })

  it('is as fresh as the question: who asks again a minute later has the whole life of one', async () => {
    const issuer = await bench.engine.prepare(TENANT, APPLICATION, NOW + 60_000)
    const again = await issuer.issue(aSession(A_SIGNED_IDENTITY))
    expect(JSON.parse(textsOf(openSeal(again.accessToken, sealing)).payload).exp).toBe(NOW_SECONDS + 3660)
    expect([again.accessExpiresAt, again.refreshToken]).toEqual([NOW_SECONDS + 3660, refreshToken])
  })

  it('S13: is `token_expired` from its `exp` on, and S14 from the future refused', async () => {
    expect(await read(token, (NOW_SECONDS + 3600) * 1000 - 1)).toMatchObject({ ok: true })
    expect(await read(token, (NOW_SECONDS + 3600) * 1000)).toMatchObject({ refusal: { code: 'token_expired' } })
    expect(await read(token, NOW - 3000)).toMatchObject(INVALID)
  })

  it('that would be too long for anyone to accept is not made', async () => {
    const audience = Array.from({ length: 60 }, (_, i) => `https://${'a'.repeat(60)}${i}.example`)
    await expect(issue(anApplication({ audience }))).resolves.toBeDefined()
    await expect(issue(aSealedApplication({ audience }))).rejects.toThrow('characters')
  })

  it.each(['EdDSA', 'HS256', 'RS256'] as const)('is signed %s inside where its application asks for it', async (algorithm) => {
    const { accessToken } = await issue(aSealedApplication({ algorithm }))
    expect(textsOf(openSeal(accessToken, sealing)).header).toContain(`"alg":"${algorithm}"`)
    expect(await aReplica().engine.readAccess(TENANT, accessToken, NOW)).toMatchObject({ ok: true })
  })
})

describe('another implementation (jose)', () => {
  it('opens our token with the raw key, and verifies what is inside', async () => {
    const { plaintext, protectedHeader } = await compactDecrypt(token, sealing.sealing.export(), {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    })
    expect(protectedHeader).toEqual({ alg: 'dir', enc: 'A256GCM', cty: 'JWT', kid: sealing.id })
    const { payload } = await jwtVerify(Buffer.from(plaintext).toString(), bench.keyOf('sealed-access', 'ES256').verifying, {
      issuer: ISSUER,
      typ: 'at+jwt',
      currentDate: new Date(NOW),
    })
    expect(payload.sub).toBe('acc_alice')
  })

  it('S17: makes a token that is accepted only with exactly our header around what we have signed', async () => {
    const encrypt = (plaintext: string, header: object = { alg: 'dir', enc: 'A256GCM', cty: 'JWT', kid: sealing.id }) =>
      new CompactEncrypt(Buffer.from(plaintext)).setProtectedHeader(header as never).encrypt(sealing.sealing.export())
    const { engine } = aReplica()
    const made = await encrypt(inside)
    expect(made.split('.')[0]).toBe(token.split('.')[0])
    expect(await engine.readAccess(TENANT, made, NOW)).toMatchObject({ ok: true })
    const wrong = [
      await encrypt(inside, { alg: 'dir', enc: 'A256GCM', kid: sealing.id }),
      await encrypt(inside, { enc: 'A256GCM', alg: 'dir', cty: 'JWT', kid: sealing.id }),
      await encrypt(inside, { alg: 'dir', enc: 'A256GCM', cty: 'JWT', kid: sealing.id, typ: 'JWT' }),
      await encrypt(textsOf(inside).payload),
      await encrypt(forge(textsOf(inside).header, textsOf(inside).payload, createWorkbenchKey())),
    ]
    for (const text of wrong) expect(await engine.readAccess(TENANT, text, NOW)).toMatchObject(INVALID)
  })
})

/** A signing key that is none of ours. */
function createWorkbenchKey() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { algorithm: 'ES256', signing: privateKey, verifying: publicKey } as const
}

describe('a seal', () => {
  it('S10: is what makes a sealed token: what is inside, bare, is refused', async () => {
    expect(await read(inside)).toMatchObject(INVALID)
    expect(await aReplica().engine.readAccess(TENANT, inside, NOW)).toMatchObject(INVALID)
    expect(await read(seal(inside))).toMatchObject({ ok: true })
  })

  it('S17: around anything but such a token is refused, though the key is ours', async () => {
    const { header, payload } = textsOf(inside)
    const others = [anApplication(), anApplication({ algorithm: 'HS256' }), aKeycloakApplication(), aSelfRefreshingApplication()]
    const signed = await Promise.all(others.map(async (application) => (await issue(application)).accessToken))
    const request = { subject: 'acc_alice' as AccountId, issuedAt: NOW, expiresAt: NOW_SECONDS + 60 }
    const permanent = (await bench.engine.issuePermanent(TENANT, request)).token
    const idToken = (await issue(aKeycloakApplication({ scope: 'openid' as never }))).idToken ?? ''
    const plain = ['none', 'None', 'NONE', ''].flatMap((alg) => {
      const unsigned = `${base64url(JSON.stringify({ ...JSON.parse(header), alg }))}.${base64url(payload)}.`
      return [unsigned, unsigned.slice(0, -1)]
    })
    const bodies = [
      ...plain,
      `${base64url('{"alg":"none"}')}.${base64url(payload)}.`,
      payload,
      `"${inside}"`,
      `${inside}\n`,
      ` ${inside}`,
      '',
      token,
      seal(inside),
      ...signed,
      permanent,
      idToken,
      refreshToken,
      refreshToken.replace('RTSVH2:', ''),
      await bench.engine.sealNote(TENANT, 'browser-session', inside, NOW),
    ]
    for (const body of bodies) expect(await read(seal(body)), body.slice(0, 80)).toMatchObject(INVALID)
    for (const bytes of [
      Buffer.from([0xff, 0xfe]),
      Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(inside)]),
      Buffer.alloc(3000),
    ])
      expect(await read(seal(bytes))).toMatchObject(INVALID)
  })

  it('S17: that everyone can make with a public key of ours is refused', async () => {
    const rsa = aSealedApplication({ algorithm: 'RS256' })
    await issue(rsa)
    await issue(anApplication({ algorithm: 'RS256' }))
    await issue(anApplication())
    const targets = [
      ['RSA-OAEP', bench.keyOf('sealed-access', 'RS256')],
      ['RSA-OAEP-256', bench.keyOf('access', 'RS256')],
      ['ECDH-ES', bench.keyOf('sealed-access', 'ES256')],
      ['ECDH-ES', bench.keyOf('access', 'ES256')],
      ['ECDH-ES+A256KW', bench.keyOf('access', 'ES256')],
    ] as const
    for (const [alg, key] of targets) {
      for (const kid of [key.id, sealing.id]) {
        const made = await new CompactEncrypt(Buffer.from(inside))
          .setProtectedHeader({ alg, enc: 'A256GCM', cty: 'JWT', kid })
          .encrypt(key.verifying)
        expect(await read(made)).toMatchObject(INVALID)
        const asOurs = [base64url(headerOfSeal({ id: kid as typeof key.id })), ...made.split('.').slice(1)].join('.')
        expect(await read(asOurs)).toMatchObject(INVALID)
      }
    }
  })

  it('S4, S5: that names its key by a path, a query or no text is refused, and the store is not asked for it', async () => {
    const { readings } = bench.keys
    for (const kid of [
      '../../../../dev/null',
      "' OR 1=1--",
      '',
      '__proto__',
      'x'.repeat(300),
      '\u0000',
      1,
      null,
      [sealing.id],
      { $gt: '' },
    ]) {
      expect(await read(forgeSeal(JSON.stringify({ alg: 'dir', enc: 'A256GCM', cty: 'JWT', kid }), inside, sealing))).toMatchObject(INVALID)
    }
    expect(await read(forgeSeal('{"alg":"dir","enc":"A256GCM","cty":"JWT"}', inside, sealing))).toMatchObject(INVALID)
    expect(bench.keys.readings).toBe(readings)
  })

  it('S1, S3, S6: with a key that does not seal, or that nobody has, is refused', async () => {
    await bench.engine.pseudonymOf(TENANT, APPLICATION, 'acc_alice' as AccountId, NOW)
    for (const purpose of ['refresh', 'pseudonym'] as const) {
      const { id, signing } = bench.keyOf(purpose, 'HS256')
      expect(await read(forgeSeal(headerOfSeal({ id }), inside, { sealing: signing }))).toMatchObject(INVALID)
    }
    const { id } = bench.keyOf('sealed-access', 'ES256')
    expect(await read(forgeSeal(headerOfSeal({ id }), inside, sealing))).toMatchObject(INVALID)
    expect(await read(forgeSeal(headerOfSeal({ id: 'aaaaaaaaaaaaaaaa' as typeof id }), inside, sealing))).toMatchObject(INVALID)
    const zeros = createWorkbench({ seed: 'zeros' })
    await issue(APPLICATION, zeros)
    expect(await read(forgeSeal(headerOfSeal(sealing), inside, zeros.sealingKeyOf()))).toMatchObject(INVALID)
  })

  it('S6: is over when its key is retired, though it was opened before', async () => {
    const reload = KEY_RELOAD_SECONDS * 1000
    expect(await read(token)).toMatchObject({ ok: true })
    bench.changeKey(sealing.id, { retiresAt: NOW + reload + 5000 })
    expect(await read(token, NOW + reload)).toMatchObject({ ok: true })
    expect(await read(token, NOW + reload + 4999)).toMatchObject({ ok: true })
    expect(await read(token, NOW + reload + 5000)).toMatchObject(INVALID)
  })

  it('S6: is over at the very instant at which its key was to retire, on the server that made it too', async () => {
    bench.changeKey(sealing.id, { retiresAt: NOW + 5000 })
    const maker = aReplica()
    const { accessToken } = await issue(APPLICATION, maker)
    expect(await maker.engine.readAccess(TENANT, accessToken, NOW + 4999)).toMatchObject({ ok: true })
    expect(await maker.engine.readAccess(TENANT, accessToken, NOW + 5000)).toMatchObject(INVALID)
  })

  it('S6: is over when the key of what is inside is retired, and refused while its own key is pending', async () => {
    const at = NOW + KEY_RELOAD_SECONDS * 1000
    bench.changeKey(bench.keyOf('sealed-access', 'ES256').id, { retiresAt: NOW })
    expect(await read(token, at)).toMatchObject(INVALID)
    bench.changeKey(bench.keyOf('sealed-access', 'ES256').id, { retiresAt: undefined })
    expect(await read(token, 2 * at - NOW)).toMatchObject({ ok: true })
    bench.changeKey(sealing.id, { activatesAt: NOW + 600_000 })
    expect(await read(token, 3 * at - 2 * NOW)).toMatchObject(INVALID)
  })

  it('S11, S15: of one tenant is refused at another, and so is what one tenant has signed in the seal of another', async () => {
    const foreign = (await issue(APPLICATION, bench, OTHER_TENANT)).accessToken
    expect(await bench.engine.readAccess(OTHER_TENANT, foreign, NOW)).toMatchObject({ ok: true })
    expect(await read(foreign)).toMatchObject(INVALID)
    expect(await bench.engine.readAccess(OTHER_TENANT, token, NOW)).toMatchObject(INVALID)
    const foreignKey = bench.sealingKeyOf(OTHER_TENANT)
    expect(await read(seal(openSeal(foreign, foreignKey)))).toMatchObject(INVALID)
    expect(await read(seal(inside, foreignKey))).toMatchObject(INVALID)
    expect(await bench.engine.readAccess(OTHER_TENANT, seal(inside, foreignKey), NOW)).toMatchObject(INVALID)
  })

  it('S24: is refused with any character of it changed, cut off or extended, though the whole was accepted before', async () => {
    expect(await read(token)).toMatchObject({ ok: true })
    for (let at = 0; at < token.length; at += 1) {
      const changed = `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`
      expect((await read(changed)).ok, `character ${at}`).toBe(false)
      expect((await read(token.slice(0, at))).ok, `${at} characters`).toBe(false)
    }
    for (const more of ['A', 'AAAA', '.', '.a', '=', '\n', ' ']) expect(await read(token + more)).toMatchObject(INVALID)
    for (const text of [`Bearer ${token}`, `${token}.${token}`, token.padEnd(16_384, 'A'), '....', '.'.repeat(15_000)])
      expect(await read(text)).toMatchObject(INVALID)
  })
})

describe('the refresh token beside it', () => {
  it('begins with RTSVH2: and is the same text as ever for the same row', async () => {
    expect(refreshToken).toMatch(/^RTSVH2:eyJhb/)
    expect((await issue(APPLICATION, aReplica())).refreshToken).toBe(refreshToken)
    expect(await readRefresh(refreshToken)).toMatchObject({ ok: true, value: { sessionId: A_SIGNED_IDENTITY.id, generation: 0 } })
  })

  it('S10: without its prefix, or with another, is refused', async () => {
    const bare = refreshToken.replace('RTSVH2:', '')
    const wrong = [
      bare,
      `RTSVH1:${bare}`,
      `rtsvh2:${bare}`,
      `RTSVH2${bare}`,
      `RTSVH2: ${bare}`,
      ` ${refreshToken}`,
      `RTSVH2:${refreshToken}`,
    ]
    for (const text of [...wrong, 'RTSVH2:', '']) expect(await readRefresh(text), text.slice(0, 20)).toMatchObject(INVALID)
  })

  it('S10, S16: is refused by applications of every other format', async () => {
    for (const other of [anApplication(), aKeycloakApplication(), aSelfRefreshingApplication()]) {
      expect(await readRefresh(refreshToken, other)).toMatchObject(INVALID)
      expect(await readRefresh(token, other)).toMatchObject(INVALID)
    }
  })

  it('S10: is no access token, and an access token, its inside or a note is no refresh token', async () => {
    for (const text of [refreshToken, refreshToken.replace('RTSVH2:', '')]) expect(await read(text)).toMatchObject(INVALID)
    const note = await bench.engine.sealNote(TENANT, 'browser-session', refreshToken, NOW)
    for (const text of [token, inside, note]) {
      expect(await readRefresh(text)).toMatchObject(INVALID)
      expect(await readRefresh(`RTSVH2:${text}`)).toMatchObject(INVALID)
    }
  })
})

describe('the published keys', () => {
  it('S30: are none of a sealed token’s: nobody else can open the seal', async () => {
    await bench.engine.pseudonymOf(TENANT, APPLICATION, 'acc_alice' as AccountId, NOW)
    expect(bench.keys.rows.map(({ purpose }) => purpose).sort()).toEqual(['pseudonym', 'refresh', 'sealed-access', 'sealing'])
    expect(await bench.engine.publicKeys(TENANT, NOW)).toEqual([])
    await issue(anApplication())
    const published = await bench.engine.publicKeys(TENANT, NOW)
    expect(published.map(({ purpose }) => purpose)).toEqual(['access'])
    const jwks = createLocalJWKSet({ keys: published.map(({ jwk }) => ({ kty: '', ...jwk })) })
    await expect(jwtVerify(inside, jwks, { currentDate: new Date(NOW) })).rejects.toThrow()
  })
})

/**
 * Tokens that are wrong in one respect, most of them under a signature that is right: the test holds the keys.
 * Each case runs against every kind of access token; one that is sealed is wrong inside a seal that is right.
 */
import { constants, createHmac, createSecretKey, generateKeyPairSync, type KeyObject, publicEncrypt } from 'node:crypto'
import { CompactEncrypt } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Application, SigningAlgorithm } from '../domain/application.ts'
import type { AccountId } from '../domain/ids.ts'
import type { KeyPurpose } from '../domain/signing-key.ts'
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
import type { OpenedSigningKey } from './opened-keys.ts'

const TENANT = aTenant()
const OTHER_TENANT = aTenant('other')
const KINDS: readonly (readonly [KeyPurpose, SigningAlgorithm])[] = [
  ['access', 'ES256'],
  ['access', 'EdDSA'],
  ['access', 'HS256'],
  ['keycloak-access', 'RS256'],
  ['keycloak-access', 'ES256'],
  ['self-refreshing', 'EdDSA'],
  ['self-refreshing', 'HS256'],
  ['permanent', 'HS256'],
  ['sealed-access', 'ES256'],
  ['sealed-access', 'HS256'],
]

function anApplicationFor(purpose: KeyPurpose, algorithm: Application['algorithm']): Application {
  if (purpose === 'access') return anApplication({ algorithm })
  if (purpose === 'sealed-access') return aSealedApplication({ algorithm })
  return purpose === 'keycloak-access' ? aKeycloakApplication({ algorithm }) : aSelfRefreshingApplication({ algorithm })
}

async function issue({ engine }: Workbench, purpose: KeyPurpose, algorithm: SigningAlgorithm, tenant = TENANT): Promise<string> {
  if (purpose === 'permanent') {
    const request = { subject: 'acc_alice' as AccountId, issuedAt: NOW, expiresAt: NOW_SECONDS + 3600 }
    return (await engine.issuePermanent(tenant, request)).token
  }
  const application = anApplicationFor(purpose, algorithm)
  const identity = purpose === 'self-refreshing' ? engine.newIdentity('self-refreshing') : A_SIGNED_IDENTITY
  const issuer = await engine.prepare(tenant, application, NOW)
  return (await issuer.issue(aSession(identity, { tenantId: tenant.id }), { account: anAccount(), actorId: undefined })).accessToken
}

/** A signed text as it is presented: sealed, if tokens of this kind are. */
function present({ sealingKeyOf }: Workbench, purpose: KeyPurpose, signed: string): string {
  return purpose === 'sealed-access' ? forgeSeal(headerOfSeal(sealingKeyOf()), signed, sealingKeyOf()) : signed
}

/** What is signed of a token. */
function signedPartOf({ sealingKeyOf }: Workbench, token: string): string {
  return token.split('.').length === 5 ? openSeal(token, sealingKeyOf()) : token
}

/** The spellings of a public key that a careless verifier takes for the bytes of a shared one. */
function spellingsOf(publicKey: KeyObject): Buffer[] {
  const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString()
  const der = publicKey.export({ format: 'der', type: 'spki' })
  const jwk = publicKey.export({ format: 'jwk' })
  const texts = [
    pem,
    pem.trim(),
    `${pem}\n`,
    ` ${pem}`,
    `\n${pem}`,
    pem.replaceAll('\n', '\r\n'),
    pem.replaceAll('\n', ''),
    pem.replace(/-----[A-Z ]+-----/g, '').trim(),
    der.toString('base64'),
    der.toString('hex'),
    JSON.stringify(jwk),
    JSON.stringify({ keys: [jwk] }),
    jwk.x ?? jwk.n ?? '',
  ]
  return [
    ...texts.map((text) => Buffer.from(text)),
    der,
    Buffer.from(jwk.x ?? jwk.n ?? '', 'base64url'),
    Buffer.from(`${jwk.x ?? ''}${jwk.y ?? ''}`, 'base64url'),
  ]
}

/** HS256 with any bytes as the key, the empty ones too. */
function mac(header: string, payload: string, secret: Buffer): string {
  const signingInput = `${base64url(header)}.${base64url(payload)}`
  return `${signingInput}.${createHmac('sha256', secret).update(signingInput).digest('base64url')}`
}

describe.each(KINDS)('a token for %s under %s', (purpose, algorithm) => {
  let bench: Workbench
  /** As it was signed: for a sealed one, what is inside. */
  let token: string
  let header: string
  let payload: string
  let key: OpenedSigningKey

  const read = (signed: string, at = NOW, tenant = TENANT) => bench.engine.readAccess(tenant, present(bench, purpose, signed), at)

  /** Every one of them is refused, and not as an authentic one that ran out. */
  async function expectRefused(...presented: string[]) {
    for (const text of presented) {
      for (const answer of [await read(text), await bench.engine.readAccess(TENANT, text, NOW)])
        expect(answer, text.slice(0, 300)).toMatchObject({ ok: false, refusal: { code: 'token_invalid' } })
    }
  }

  const withHeader = (change: object) => forge(JSON.stringify({ ...JSON.parse(header), ...change }), payload, key)
  const withClaim = (name: string, text: string) =>
    forge(header, payload.replace(new RegExp(`("${name}":)("[^"]*"|[^,}]*)`), `$1${text}`), key)
  const withoutClaim = (name: string) =>
    forge(header, payload.replace(new RegExp(`"${name}":("[^"]*"|[^,}]*),?`), '').replace(',}', '}'), key)

  beforeAll(async () => {
    bench = createWorkbench()
    token = signedPartOf(bench, await issue(bench, purpose, algorithm))
    ;({ header, payload } = textsOf(token))
    key = bench.keyOf(purpose, algorithm)
  })

  it('is accepted as it was issued, and when the test signs the same texts', async () => {
    expect(await read(token)).toMatchObject({ ok: true })
    expect(await read(forge(header, payload, key))).toMatchObject({ ok: true })
    expect((await bench.engine.readAccess(TENANT, token, NOW)).ok, 'bare').toBe(purpose !== 'sealed-access')
  })

  it('S1: without an algorithm is refused, with and without a signature', async () => {
    const [, , signature] = token.split('.')
    for (const alg of ['none', 'None', 'nOnE', 'NONE', '', 'null']) {
      const unsigned = `${base64url(JSON.stringify({ ...JSON.parse(header), alg }))}.${base64url(payload)}.`
      await expectRefused(unsigned, unsigned.slice(0, -1), unsigned + signature, withHeader({ alg }))
    }
    await expectRefused(token.slice(0, token.lastIndexOf('.') + 1), withHeader({ alg: null }), withHeader({ alg: ['none'] }))
  })

  it('S2: signed HS256 with a public key in any spelling is refused', async () => {
    const published = (await bench.engine.publicKeys(TENANT, NOW)).filter((published) => published.purpose === purpose).length
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const target = key.verifying.type === 'public' ? key.verifying : publicKey
    expect(published).toBe(key.verifying.type === 'public' && purpose !== 'sealed-access' ? 1 : 0)
    for (const secret of spellingsOf(target)) {
      for (const typed of [header, header.replace(`"alg":"${algorithm}"`, '"alg":"HS256"')])
        await expectRefused(mac(typed, payload, secret))
    }
  })

  it('S2: under another algorithm’s name than its key’s is refused, whatever the signature', async () => {
    for (const alg of ['ES256', 'EdDSA', 'HS256', 'HS384', 'HS512', 'RS256', 'PS256', 'ES384', 'Ed25519'].filter(
      (name) => name !== algorithm,
    )) {
      await expectRefused(withHeader({ alg }))
    }
  })

  it('S3: signed with an empty key or a well-known word is refused', async () => {
    for (const secret of ['', 'secret', 'null', 'undefined', 'false', '0', '[object Object]', JSON.parse(header).kid]) {
      for (const typed of [header, header.replace(`"alg":"${algorithm}"`, '"alg":"HS256"')])
        await expectRefused(mac(typed, payload, Buffer.from(secret)))
    }
    await expectRefused(mac(header, payload, Buffer.alloc(32)))
  })

  it('S4, S5: that names its key by a path, a query, or no text is refused, and the store is not asked for it', async () => {
    const names = [
      '../../../../dev/null',
      '/proc/self/environ',
      "' OR 1=1--",
      "x' UNION SELECT 'k'--",
      '$ne',
      '{"$gt":""}',
      'x'.repeat(300),
      '\u0000',
      '',
      '__proto__',
    ]
    const { readings } = bench.keys
    for (const kid of [...names, 1, null, true, {}, [], [JSON.parse(header).kid], { $gt: '' }]) await expectRefused(withHeader({ kid }))
    const { kid: _, ...withoutKid } = JSON.parse(header)
    await expectRefused(forge(JSON.stringify(withoutKid), payload, key), withHeader({ kid: 'x'.repeat(10_000) }))
    expect(bench.keys.readings).toBe(readings)
  })

  it('S5: that names a key nobody has is refused', async () => {
    await expectRefused(withHeader({ kid: 'aaaaaaaaaaaaaaaa' }), withHeader({ kid: JSON.parse(header).kid.toUpperCase() }))
  })

  it('S6: is refused when its key is retired, is not yet active, or is another tenant’s', async () => {
    const own = createWorkbench()
    const issued = await issue(own, purpose, algorithm)
    const { id } = own.keyOf(purpose, algorithm)
    const at = NOW + 60_000
    expect((await own.engine.readAccess(TENANT, issued, at)).ok).toBe(true)
    own.changeKey(id, { retiresAt: at })
    expect(await own.engine.readAccess(TENANT, issued, at + 30_000)).toMatchObject({ refusal: { code: 'token_invalid' } })
    own.changeKey(id, { retiresAt: undefined, activatesAt: at + 600_000 })
    expect(await own.engine.readAccess(TENANT, issued, at + 60_000)).toMatchObject({ refusal: { code: 'token_invalid' } })
    await issue(bench, purpose, algorithm, OTHER_TENANT)
    const foreign = bench.keyOf(purpose, algorithm, OTHER_TENANT)
    await expectRefused(forge(header.replace(key.id, foreign.id), payload, foreign), forge(header, payload, foreign))
  })

  it('S7, S8, S9: that brings its key along, points to one, or has an extension is refused', async () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const additions = [
      { jku: 'https://evil.example/jwks.json' },
      { x5u: 'https://evil.example/cert.pem' },
      { jwk: publicKey.export({ format: 'jwk' }) },
      { x5c: ['MIIB'] },
      { x5t: 'abc' },
      { crit: ['foo'], foo: 1 },
      { crit: [] },
      { crit: ['exp'] },
      { b64: false },
      { b64: true },
      { b64: false, crit: ['b64'] },
      { zip: 'DEF' },
      { cty: 'JWT' },
      { foo: 1 },
    ]
    for (const addition of additions) await expectRefused(withHeader(addition))
  })

  it('S10: of another type is refused, though everything else is right', async () => {
    const types = ['at+jwt', 'JWT', 'jwt', 'id_token+jwt', 'refresh+jwt', 'logout+jwt', 'dpop+jwt', 'application/at+jwt', '', null, 1]
    for (const typ of types.filter((name) => name !== JSON.parse(header).typ)) await expectRefused(withHeader({ typ }))
    const { typ: _, ...withoutTyp } = JSON.parse(header)
    await expectRefused(forge(JSON.stringify(withoutTyp), payload, key))
  })

  it('S10, S16: of one kind under the key of another is refused', async () => {
    const everyKind = createWorkbench()
    const issued = new Map<string, string>()
    for (const [p, a] of KINDS) issued.set(`${p} ${a}`, signedPartOf(everyKind, await issue(everyKind, p, a)))
    const own = everyKind.keyOf(purpose, algorithm)
    for (const [kind, other] of issued) {
      if (kind.startsWith(`${purpose} `)) continue
      const texts = textsOf(other)
      const foreignPayload = forge(header.replace(key.id, own.id), texts.payload, own)
      const foreignHeader = forge(
        texts.header.replace(/"alg":"[^"]*"/, `"alg":"${algorithm}"`).replace(/"kid":"[^"]*"/, `"kid":"${own.id}"`),
        texts.payload,
        own,
      )
      const haveSameClaims = [kind, purpose].every((name) => /^(sealed-)?access\b/.test(name)) // their keys alone set them apart
      for (const forged of haveSameClaims ? [other] : [other, foreignPayload, foreignHeader]) {
        const presented = present(everyKind, purpose, forged)
        if (presented === other) continue // a token of the other kind, as it is good
        expect(await everyKind.engine.readAccess(TENANT, presented, NOW)).toMatchObject({ refusal: { code: 'token_invalid' } })
      }
    }
  })

  it('S10: under the key of refresh tokens is refused, whatever header goes with it', async () => {
    const own = createWorkbench()
    await issue(own, 'sealed-access', 'ES256')
    const refreshKey = own.keyOf('refresh', 'HS256')
    for (const typ of ['at+jwt', 'JWT', 'refresh+jwt']) {
      for (const forgedHeader of [
        { alg: 'HS256', typ, kid: refreshKey.id },
        { typ, alg: 'HS256', kid: refreshKey.id },
      ]) {
        const forged = present(own, purpose, forge(JSON.stringify(forgedHeader), payload, refreshKey))
        expect(await own.engine.readAccess(TENANT, forged, NOW)).toMatchObject({ refusal: { code: 'token_invalid' } })
      }
    }
  })

  it('S11: with a wrong issuer is refused, and so is the issuer of every other kind', async () => {
    const issuers = [
      ISSUER,
      `${ISSUER}/`,
      `${ISSUER}/api/v1/auth/login`,
      `${ISSUER}/token/generate`,
      'https://tokens.example/t/other',
      'https://evil.example',
      ISSUER.toUpperCase(),
      '',
    ].filter((issuer) => issuer !== JSON.parse(payload).iss)
    for (const issuer of issuers) await expectRefused(withClaim('iss', JSON.stringify(issuer)))
    await expectRefused(
      withoutClaim('iss'),
      withClaim('iss', `["${JSON.parse(payload).iss}","https://evil.example"]`),
      withClaim('iss', 'null'),
    )
  })

  it('S13: is `token_expired` from its `exp` on, and with an `exp` that is no instant invalid', async () => {
    expect(await read(token, (NOW_SECONDS + 3600) * 1000 - 1)).toMatchObject({ ok: true })
    expect(await read(token, (NOW_SECONDS + 3600) * 1000)).toMatchObject({ refusal: { code: 'token_expired' } })
    expect(await read(withClaim('exp', String(NOW_SECONDS)))).toMatchObject({ refusal: { code: 'token_expired' } })
    for (const exp of [
      `"${NOW_SECONDS + 60}"`,
      '-1',
      '1e400',
      '1e18',
      '1e9',
      'null',
      'true',
      '[1790003600]',
      '{}',
      `${NOW_SECONDS + 60}.5`,
    ]) {
      await expectRefused(withClaim('exp', exp))
    }
    await expectRefused(withoutClaim('exp'))
  })

  it('S13: that ran out says so only when it is authentic', async () => {
    const at = (NOW_SECONDS + 7200) * 1000
    const forged = `${token.slice(0, -1)}${token.endsWith('A') ? 'Q' : 'A'}`
    expect(await read(forged, at)).toMatchObject({ refusal: { code: 'token_invalid' } })
    expect(await read(token, at)).toMatchObject({ refusal: { code: 'token_expired' } })
  })

  it('S14: from the future is refused, but for the 2 s by which clocks of replicas differ', async () => {
    for (const name of payload.includes('"nbf"') ? ['iat', 'nbf'] : ['iat']) {
      expect(await read(withClaim(name, String(NOW_SECONDS + 2)))).toMatchObject({ ok: true })
      await expectRefused(withClaim(name, String(NOW_SECONDS + 3)), withClaim(name, String(NOW_SECONDS + 86_400)), withoutClaim(name))
    }
  })

  it('S15: of tenant A is refused at tenant B', async () => {
    await issue(bench, purpose, algorithm, OTHER_TENANT)
    expect(await read(token, NOW, OTHER_TENANT)).toMatchObject({ ok: false, refusal: { code: 'token_invalid' } })
  })

  it('S17: inside a JWE that everyone can make with a public key is refused', async () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const target = algorithm === 'ES256' ? key.verifying : publicKey
    const plainJwt = `${base64url('{"alg":"none"}')}.${base64url(payload)}.`
    for (const inner of [token, plainJwt, payload]) {
      const sealed = await new CompactEncrypt(Buffer.from(inner))
        .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: key.id, typ: JSON.parse(header).typ })
        .encrypt(target)
      await expectRefused(sealed, sealed.split('.').slice(0, 3).join('.'))
    }
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const wrapped = publicEncrypt({ key: rsa.publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING }, Buffer.alloc(32)).toString('base64url')
    await expectRefused(`${base64url(JSON.stringify({ alg: 'RSA-OAEP', enc: 'A256GCM', kid: key.id }))}.${wrapped}.AAAA.AAAA.AAAA`)
  })

  it('S21: with a member twice in its header or its payload is refused', async () => {
    const twice = [
      forge(header.replace('{', `{"alg":"${algorithm}",`), payload, key),
      forge(header.replace('}', `,"kid":"${key.id}"}`), payload, key),
      forge(header, payload.replace('{', '{"sub":"acc_mallory",'), key),
      forge(header, payload.replace('}', ',"sub":"acc_alice"}'), key),
      forge(header, payload.replace('}', ',"\\u0073ub":"acc_alice"}'), key),
    ]
    await expectRefused(...twice)
  })

  it('with a claim more, or one in another place, is refused', async () => {
    const claims = Object.entries(JSON.parse(payload))
    await expectRefused(
      forge(header, payload.replace('}', ',"admin":true}'), key),
      forge(header, JSON.stringify(Object.fromEntries(claims.toReversed())), key),
      forge(header, `${payload}\n`, key),
      forge(header, `[${payload}]`, key),
      forge(header, 'null', key),
      forge(header, '', key),
    )
    for (const [name] of claims) await expectRefused(withoutClaim(name), withClaim(name, 'null'), withClaim(name, '{}'))
  })

  it('S24: of every wrong form is refused', async () => {
    const forms = [
      '',
      '.',
      '..',
      '.'.repeat(15_000),
      token.replaceAll('.', ''),
      token.replace('.', ''),
      `${token}.`,
      `${token}.a.b`,
      `Bearer ${token}`,
      ` ${token}`,
      `${token}\n`,
      `${token}=`,
    ]
    await expectRefused(...forms, token.padEnd(16_384, 'A'), token.padEnd(1_048_576, '.'), '\u0000', '💥', 'null', '[object Object]')
    for (let length = 0; length < token.length; length += 7) await expectRefused(token.slice(0, length))
  })
})

describe('a key that was made for tests', () => {
  it('cannot be guessed: two workbenches of different seeds accept nothing of each other', async () => {
    const [one, two] = [createWorkbench({ seed: 'one' }), createWorkbench({ seed: 'two' })]
    for (const [purpose, algorithm] of KINDS) {
      const token = await issue(one, purpose, algorithm)
      await issue(two, purpose, algorithm)
      expect(await two.engine.readAccess(TENANT, token, NOW)).toMatchObject({ refusal: { code: 'token_invalid' } })
    }
    expect(createSecretKey(Buffer.alloc(32)).type).toBe('secret')
  })
})

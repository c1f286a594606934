import { createHash } from 'node:crypto'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Account, LoginId } from '../domain/account.ts'
import type { Application } from '../domain/application.ts'
import type { AccountId } from '../domain/ids.ts'
import { MAX_ROLES, parseRoles, type Role } from '../domain/role.ts'
import type { Scope } from '../domain/scope.ts'
import type { Session } from '../domain/session.ts'
import {
  A_SIGNED_IDENTITY,
  aKeycloakApplication,
  anAccount,
  aSession,
  aTenant,
  createWorkbench,
  forge,
  ISSUER,
  NOW,
  NOW_SECONDS,
  textsOf,
} from '../testing/token-workbench.ts'
import { MAX_TOKEN_CHARACTERS } from './jws.ts'

const TENANT = aTenant()
const REALM = `${ISSUER}/realms/acme`
const SID = A_SIGNED_IDENTITY.id
const INVALID = { ok: false, refusal: { code: 'token_invalid' } }

interface Given {
  readonly application?: Partial<Application>
  readonly session?: Partial<Session>
  readonly account?: Partial<Account>
  readonly actorId?: string
}

async function issueTokens({ application, session, account, actorId }: Given = {}) {
  const bench = createWorkbench()
  const issuer = await bench.engine.prepare(TENANT, aKeycloakApplication(application), NOW)
  const subject = { account: anAccount(account), actorId: actorId as AccountId | undefined }
  const issued = await issuer.issue(aSession(A_SIGNED_IDENTITY, { scope: 'profile email' as Scope, ...session }), subject)
  return { bench, issued, ...textsOf(issued.accessToken), claims: JSON.parse(textsOf(issued.accessToken).payload) }
}

const ANNA = {
  name: 'Anna Nová',
  loginIds: ['anna' as LoginId, 'anna@example.com' as LoginId],
  roles: ['agent', 'pbx/admin', 'pbx/operator'] as Role[],
}

describe('an access token as Keycloak writes it', () => {
  it('has its header, its claims and their order', async () => {
    const { header, payload, claims } = await issueTokens({ account: ANNA })
    expect(header).toMatch(/^\{"alg":"ES256","typ":"JWT","kid":"[a-z2-7]{16}"\}$/)
    expect(payload).toBe(
      `{"exp":${NOW_SECONDS + 3600},"iat":${NOW_SECONDS},"jti":"${claims.jti}","iss":"${REALM}","aud":"https://api.example",` +
        `"sub":"acc_alice","typ":"Bearer","azp":"api","session_state":"${SID}","acr":"1","realm_access":{"roles":["agent"]},` +
        `"resource_access":{"pbx":{"roles":["admin","operator"]}},"scope":"profile email","sid":"${SID}","email_verified":false,` +
        `"name":"Anna Nová","preferred_username":"anna","email":"anna@example.com"}`,
    )
  })

  it('says of the person what its scopes say and no more', async () => {
    const ofScope = async (scope: string) => {
      const { claims } = await issueTokens({ account: ANNA, session: { scope: scope as Scope } })
      return ['email_verified', 'name', 'preferred_username', 'email'].filter((name) => name in claims)
    }
    expect(await ofScope('profile')).toEqual(['name', 'preferred_username'])
    expect(await ofScope('email')).toEqual(['email_verified', 'email'])
    expect(await ofScope('openid')).toEqual([])
  })

  it('has lists of roles where there are none, and the audience of Keycloak where none was set', async () => {
    const { claims } = await issueTokens({ application: { audience: [] } })
    expect([claims.realm_access, claims.resource_access, claims.aud]).toEqual([{ roles: [] }, {}, 'account'])
    expect((await issueTokens({ application: { audience: ['a', 'b'] } })).claims.aud).toEqual(['a', 'b'])
  })

  it('names who acts where the session was made by impersonation (RFC 8693, section 4.1)', async () => {
    expect((await issueTokens({ actorId: 'acc_boss' })).claims.act).toEqual({ sub: 'acc_boss' })
    expect((await issueTokens()).claims).not.toHaveProperty('act')
  })

  it('is read back claim for claim, and what it states is handed on', async () => {
    const { bench, issued, claims } = await issueTokens({ account: ANNA, actorId: 'acc_boss' })
    expect(await bench.engine.readAccess(TENANT, issued.accessToken, NOW)).toMatchObject({
      ok: true,
      value: {
        kind: 'session',
        sessionId: SID,
        subject: 'acc_alice',
        issuer: REALM,
        tokenId: claims.jti,
        issuedAt: NOW_SECONDS,
        expiresAt: NOW_SECONDS + 3600,
        clientId: 'api',
        scope: 'profile email',
        audience: ['https://api.example'],
        stated: claims,
      },
    })
  })

  it('S11: is refused where its issuer is the tenant itself, or the realm of another tenant', async () => {
    const { bench, header, payload } = await issueTokens()
    const key = bench.keyOf('keycloak-access', 'ES256')
    for (const iss of [ISSUER, `${REALM}/`, `${ISSUER}/realms/other`, `${ISSUER}/realms/ACME`]) {
      expect(await bench.engine.readAccess(TENANT, forge(header, payload.replace(REALM, iss), key), NOW)).toMatchObject(INVALID)
    }
  })

  it.each([
    ['a role list with a second member', '{"roles":[]}', '{"roles":[],"x":1}'],
    ['a role that is no text', '{"roles":[]}', '{"roles":[1]}'],
    ['no list at all', '{"roles":[]}', '[]'],
    ['another typ', '"typ":"Bearer"', '"typ":"ID"'],
    ['an unknown claim', '"sid":', '"admin":true,"sid":'],
    ['an actor with more than a subject', '}', ',"act":{"sub":"a","client_id":"b"}}'],
    ['a flag that is text', '"email_verified":false', '"email_verified":"false"'],
  ])('S13: with %s is refused, though the key is right', async (_what, from, to) => {
    const { bench, header, payload } = await issueTokens({ account: { roles: [] } })
    const changed = from === '}' ? payload.slice(0, -1) + to : payload.replace(from, to)
    expect(changed).not.toBe(payload)
    expect(await bench.engine.readAccess(TENANT, forge(header, changed, bench.keyOf('keycloak-access', 'ES256')), NOW)).toMatchObject(
      INVALID,
    )
  })

  it('S24: has room for every role that an account can have, and for the longest names', async () => {
    const roles = Array.from({ length: MAX_ROLES }, (_, index) => `${String(index).padStart(9, 'c')}/${'r'.repeat(10)}`)
    const loginIds = [`${'ł'.repeat(240)}@example.com` as LoginId]
    const account = { roles: parseRoles(roles) ?? [], name: 'ł'.repeat(100), loginIds }
    expect(account.roles).toHaveLength(MAX_ROLES)
    const { issued } = await issueTokens({
      account,
      application: { algorithm: 'RS256' },
      session: { scope: 'openid profile email' as Scope },
    })
    expect(issued.accessToken.length).toBeLessThan(MAX_TOKEN_CHARACTERS)
    expect((issued.idToken ?? '').length).toBeLessThan(MAX_TOKEN_CHARACTERS)
  })

  it('cannot be written without the account that it describes', async () => {
    const issuer = await createWorkbench().engine.prepare(TENANT, aKeycloakApplication(), NOW)
    expect(issuer.describesSubject).toBe(true)
    await expect(issuer.issue(aSession(A_SIGNED_IDENTITY))).rejects.toThrow('says more of an account')
  })
})

describe('an id token', () => {
  const OPENID = { session: { scope: 'openid profile email' as Scope, generation: 3, advancedAt: NOW + 60_000 }, account: ANNA }

  it('comes with an access token that was asked for with openid, and only then', async () => {
    expect((await issueTokens()).issued.idToken).toBeUndefined()
    expect((await issueTokens({ session: { scope: 'openidx profile' as Scope } })).issued.idToken).toBeUndefined()
    expect((await issueTokens(OPENID)).issued.idToken).toBeDefined()
  })

  it('is bound to its client and to its access token, and says when the person signed in', async () => {
    const { issued } = await issueTokens(OPENID)
    const { payload } = textsOf(issued.idToken ?? '')
    const { jti } = JSON.parse(payload)
    const half = createHash('sha256').update(issued.accessToken).digest().subarray(0, 16).toString('base64url')
    expect(payload).toBe(
      `{"exp":${NOW_SECONDS + 3660},"iat":${NOW_SECONDS + 60},"auth_time":${NOW_SECONDS},"jti":"${jti}","iss":"${REALM}","aud":"api",` +
        `"sub":"acc_alice","typ":"ID","azp":"api","session_state":"${SID}","at_hash":"${half}","acr":"1","sid":"${SID}",` +
        `"email_verified":false,"name":"Anna Nová","preferred_username":"anna","email":"anna@example.com"}`,
    )
    expect(jti).not.toBe(JSON.parse(textsOf(issued.accessToken).payload).jti)
  })

  it('S10: is no access token and no refresh token, also under the words of one', async () => {
    const { bench, issued } = await issueTokens(OPENID)
    const idToken = issued.idToken ?? ''
    const access = textsOf(issued.accessToken)
    const underIdKey = forge(textsOf(idToken).header, access.payload, bench.keyOf('id', 'ES256'))
    for (const token of [idToken, underIdKey]) {
      expect(await bench.engine.readAccess(TENANT, token, NOW + 60_000)).toMatchObject(INVALID)
      expect(await bench.engine.readRefresh(TENANT, aKeycloakApplication(), token, NOW + 60_000)).toMatchObject(INVALID)
    }
  })
})

describe('RS256, which Keycloak’s own clients insist on', () => {
  let given: Awaited<ReturnType<typeof issueTokens>>
  beforeAll(async () => {
    given = await issueTokens({ application: { algorithm: 'RS256' }, session: { scope: 'openid profile email' as Scope } })
  })

  it('(jose) both tokens verify under our published keys, by issuer and audience', async () => {
    const { bench, issued } = given
    const jwks = createLocalJWKSet({ keys: (await bench.engine.publicKeys(TENANT, NOW)).map(({ jwk }) => ({ kty: '', ...jwk })) })
    const options = { issuer: REALM, algorithms: ['RS256'], typ: 'JWT', currentDate: new Date(NOW) }
    expect((await jwtVerify(issued.accessToken, jwks, { ...options, audience: 'https://api.example' })).payload).toMatchObject({
      typ: 'Bearer',
    })
    expect((await jwtVerify(issued.idToken ?? '', jwks, { ...options, audience: 'api' })).payload).toMatchObject({ typ: 'ID' })
  })

  it('S30: the keys are published with their purpose, and with public members only', async () => {
    const keys = await given.bench.engine.publicKeys(TENANT, NOW)
    expect(keys.map(({ purpose }) => purpose).sort()).toEqual(['id', 'keycloak-access'])
    for (const { jwk } of keys) expect(Object.keys(jwk)).toEqual(['kty', 'n', 'e', 'kid', 'alg', 'use'])
  })

  it('a repeat is the same access token and the same id token, byte for byte', async () => {
    const { bench, issued } = given
    const application = aKeycloakApplication({ algorithm: 'RS256' })
    const again = await (await bench.engine.prepare(TENANT, application, NOW)).issue(issued.session, {
      account: anAccount(),
      actorId: undefined,
    })
    expect([again.accessToken, again.idToken, again.refreshToken]).toEqual([issued.accessToken, issued.idToken, issued.refreshToken])
  })
})

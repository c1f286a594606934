import { createHash } from 'node:crypto'
import { accept, type Outcome, type Refusal, refuse } from '../domain/outcome.ts'
import type { KeyPurpose } from '../domain/signing-key.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { EpochMs } from '../domain/time.ts'
import type { AccessTokenKind } from './access-token-kind.ts'
import { type CompactJws, isAuthentic, keyIdIn, parseJws } from './jws.ts'
import { type KeyRing, REPLICA_LEEWAY_MS } from './key-ring.ts'
import { KEYCLOAK } from './keycloak.ts'
import type { OpenedKey } from './opened-keys.ts'
import { PERMANENT } from './permanent.ts'
import type { RefreshTokens } from './refresh.ts'
import { SELF_REFRESHING } from './self-refreshing.ts'
import { SIGNED } from './signed.ts'
import type { AccessClaims, RefreshClaim, UnreadableAccess } from './token-claims.ts'
import { createVerifiedCache } from './verified-cache.ts'

/** A refresh token is no access token, and neither is an id token. */
const ACCESS_KINDS: Readonly<Record<KeyPurpose, AccessTokenKind | undefined>> = {
  access: SIGNED,
  'keycloak-access': KEYCLOAK,
  id: undefined,
  'self-refreshing': SELF_REFRESHING,
  permanent: PERMANENT,
  refresh: undefined,
}

type Invalid = Refusal<'token_invalid'>

interface Authentic {
  readonly kind: AccessTokenKind
  readonly claims: AccessClaims
}

interface Deps {
  readonly ring: KeyRing
  readonly refreshTokens: RefreshTokens
  readonly issuerOf: (tenant: Tenant) => string
}

export interface TokenReader {
  readAccess(tenant: Tenant, presented: string, at: EpochMs): Promise<Outcome<AccessClaims, UnreadableAccess>>
  /** Of a token that was signed here a moment ago nobody needs to verify the signature when it comes back: that is most of the work of a refresh. */
  noteIssued(token: string, kind: AccessTokenKind, key: OpenedKey, revision: number): void
  readRefreshToken(tenant: Tenant, presented: string, at: EpochMs): Promise<Outcome<RefreshClaim, Invalid>>
  readSelfRefreshing(
    tenant: Tenant,
    presented: string,
    at: EpochMs,
  ): Promise<Outcome<RefreshClaim, Refusal<'token_invalid' | 'token_is_permanent'>>>
}

export function createTokenReader({ ring, refreshTokens, issuerOf }: Deps): TokenReader {
  const cache = createVerifiedCache<Authentic>()

  /** Form, key, header, signature, claims, kind and issuer; not the time. */
  async function authenticate(tenant: Tenant, presented: string, at: EpochMs): Promise<Outcome<Authentic, Invalid>> {
    const jws = parseJws(presented)
    if (jws === undefined) return invalid('form')
    const digest = digestOf(presented)
    const { revision } = await ring.load(tenant.id, at)
    const cached = cache.get(digest, revision, at)
    const authentic = cached === undefined ? await verify(tenant, jws, digest, at) : accept(cached)
    if (!authentic.ok) return authentic
    const { kind, claims } = authentic.value
    const isIssuer = kind.outlivesIssuer
      ? claims.issuer.endsWith(kind.signedIssuer('', tenant))
      : claims.issuer === kind.signedIssuer(issuerOf(tenant), tenant)
    return isIssuer ? authentic : invalid('issuer')
  }

  async function verify(tenant: Tenant, jws: CompactJws, digest: Buffer, at: EpochMs): Promise<Outcome<Authentic, Invalid>> {
    const found = await ring.find(tenant.id, keyIdIn(jws.headerText) ?? '', at)
    if (found === undefined) return invalid('key')
    const { key, revision } = found
    const kind = ACCESS_KINDS[key.purpose]
    if (kind === undefined) return invalid('purpose')
    if (!isAuthentic(jws, kind.headerFor(key), key)) return invalid('signature')
    const claims = kind.readPayload(jws.payload, digest)
    if (claims === undefined) return invalid('claims')
    const verified = { kind, claims }
    keep(verified, digest, key, revision)
    return accept(verified)
  }

  function keep(verified: Authentic, digest: Buffer, key: OpenedKey, revision: number): void {
    const endsAt = Math.min(verified.claims.expiresAt * 1000, key.retiresAt ?? Number.POSITIVE_INFINITY)
    cache.set(digest, { verified, revision, endsAt })
  }

  return {
    noteIssued(token, kind, key, revision) {
      const jws = parseJws(token)
      const digest = digestOf(token)
      const claims = jws && kind.readPayload(jws.payload, digest)
      if (claims !== undefined) keep({ kind, claims }, digest, key, revision)
    },

    async readAccess(tenant, presented, at) {
      const authentic = await authenticate(tenant, presented, at)
      if (!authentic.ok) return authentic
      const { claims } = authentic.value
      if (Math.max(claims.notBefore, claims.issuedAt) * 1000 > at + REPLICA_LEEWAY_MS) return invalid('not yet valid')
      if (claims.expiresAt * 1000 <= at) return refuse({ code: 'token_expired' })
      return accept(claims)
    },

    async readRefreshToken(tenant, presented, at) {
      const jws = parseJws(presented)
      if (jws === undefined) return invalid('form')
      const found = await ring.find(tenant.id, keyIdIn(jws.headerText) ?? '', at)
      if (found?.key.purpose !== 'refresh') return invalid('key')
      const claim = refreshTokens.read(jws, tenant.id, found.key)
      return claim === undefined ? invalid('mac') : accept(claim)
    },

    async readSelfRefreshing(tenant, presented, at) {
      const authentic = await authenticate(tenant, presented, at)
      if (!authentic.ok) return authentic
      const { kind, claims } = authentic.value
      if (kind === PERMANENT) return refuse({ code: 'token_is_permanent' })
      const { sessionId, secret, generation } = claims
      if (kind !== SELF_REFRESHING || sessionId === undefined || secret === undefined || generation === undefined) return invalid('kind')
      return accept({ applicationId: undefined, sessionId, secret, generation })
    },
  }
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

function invalid(logDetail: string) {
  return refuse({ code: 'token_invalid', logDetail } as const)
}

import { createHash } from 'node:crypto'
import { accept, type Outcome, type Refusal, refuse } from '../domain/outcome.ts'
import type { KeyPurpose } from '../domain/signing-key.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { EpochMs } from '../domain/time.ts'
import type { AccessTokenKind } from './access-token-kind.ts'
import { type CompactJwe, parseJwe } from './jwe.ts'
import { type CompactJws, isAuthentic, keyIdIn, parseJws } from './jws.ts'
import { type KeyRing, REPLICA_LEEWAY_MS } from './key-ring.ts'
import { KEYCLOAK } from './keycloak.ts'
import type { OpenedSealingKey, OpenedSigningKey } from './opened-keys.ts'
import { PERMANENT } from './permanent.ts'
import type { RefreshTokens } from './refresh.ts'
import { SEALED, unseal } from './sealed.ts'
import { SELF_REFRESHING } from './self-refreshing.ts'
import { SIGNED } from './signed.ts'
import type { AccessClaims, RefreshClaim, UnreadableAccess } from './token-claims.ts'
import { createVerifiedCache } from './verified-cache.ts'

/** A refresh token is no access token, and neither is an id token. What `SEALED` reads is one only inside a seal, and nothing else is there. */
const ACCESS_KINDS: Readonly<Record<KeyPurpose, AccessTokenKind | undefined>> = {
  access: SIGNED,
  'keycloak-access': KEYCLOAK,
  id: undefined,
  'self-refreshing': SELF_REFRESHING,
  permanent: PERMANENT,
  refresh: undefined,
  'sealed-access': SEALED,
  sealing: undefined,
  pseudonym: undefined,
}

type Invalid = Refusal<'token_invalid'>

interface Authentic {
  readonly kind: AccessTokenKind
  readonly claims: AccessClaims
}

/** What was signed, and the seal that it came in, if it came in one. */
interface Unsealed {
  readonly jws: CompactJws
  readonly seal: { readonly key: OpenedSealingKey; readonly revision: number } | undefined
}

interface Deps {
  readonly ring: KeyRing
  readonly refreshTokens: RefreshTokens
  readonly issuerOf: (tenant: Tenant) => string
}

export interface TokenReader {
  readAccess(tenant: Tenant, presented: string, at: EpochMs): Promise<Outcome<AccessClaims, UnreadableAccess>>
  /** Of a token that was signed here a moment ago nobody needs to verify the signature when it comes back: that is most of the work of a refresh. */
  noteIssued(
    token: string,
    kind: AccessTokenKind,
    key: OpenedSigningKey,
    revision: number,
    seal?: { readonly inside: string; readonly key: OpenedSealingKey },
  ): void
  /** @param presented without its format's prefix; undefined if it has not got that */
  readRefreshToken(tenant: Tenant, presented: string | undefined, at: EpochMs): Promise<Outcome<RefreshClaim, Invalid>>
  readSelfRefreshing(
    tenant: Tenant,
    presented: string,
    at: EpochMs,
  ): Promise<Outcome<RefreshClaim, Refusal<'token_invalid' | 'token_is_permanent'>>>
}

export function createTokenReader({ ring, refreshTokens, issuerOf }: Deps): TokenReader {
  const cache = createVerifiedCache<Authentic>()

  /** Form, seal, key, header, signature, claims, kind and issuer; not the time. */
  async function authenticate(tenant: Tenant, presented: string, at: EpochMs): Promise<Outcome<Authentic, Invalid>> {
    const form = parseJws(presented) ?? parseJwe(presented)
    if (form === undefined) return invalid('form')
    const digest = digestOf(presented)
    const { revision } = await ring.load(tenant.id, at)
    const cached = cache.get(digest, revision, at)
    const authentic = cached === undefined ? await verify(tenant, form, digest, at) : accept(cached)
    if (!authentic.ok) return authentic
    const { kind, claims } = authentic.value
    const isIssuer = kind.outlivesIssuer
      ? claims.issuer.endsWith(kind.signedIssuer('', tenant))
      : claims.issuer === kind.signedIssuer(issuerOf(tenant), tenant)
    return isIssuer ? authentic : invalid('issuer')
  }

  async function openSeal(tenant: Tenant, jwe: CompactJwe, at: EpochMs): Promise<Outcome<Unsealed, Invalid>> {
    const found = await ring.find(tenant.id, keyIdIn(jwe.headerText) ?? '', at)
    if (found?.key.algorithm !== 'A256GCM' || found.key.purpose !== 'sealing') return invalid('key of the seal')
    const { key, revision } = found
    const jws = unseal(jwe, key)
    return jws === undefined ? invalid('seal') : accept({ jws, seal: { key, revision } })
  }

  async function verify(tenant: Tenant, form: CompactJws | CompactJwe, digest: Buffer, at: EpochMs): Promise<Outcome<Authentic, Invalid>> {
    const unsealed = 'tag' in form ? await openSeal(tenant, form, at) : accept({ jws: form, seal: undefined })
    if (!unsealed.ok) return unsealed
    const { jws, seal } = unsealed.value
    const found = await ring.find(tenant.id, keyIdIn(jws.headerText) ?? '', at)
    if (found === undefined || found.key.algorithm === 'A256GCM') return invalid('key')
    const { key, revision } = found
    const kind = ACCESS_KINDS[key.purpose]
    if (kind === undefined || (kind === SEALED) !== (seal !== undefined)) return invalid('purpose')
    if (!isAuthentic(jws, kind.headerFor(key), key)) return invalid('signature')
    const claims = kind.readPayload(jws.payload, digest)
    if (claims === undefined) return invalid('claims')
    const verified = { kind, claims }
    keep(verified, digest, [key, seal?.key], Math.min(revision, seal?.revision ?? revision)) // the older: then both keys were good
    return accept(verified)
  }

  function keep(
    verified: Authentic,
    digest: Buffer,
    keys: readonly ({ readonly retiresAt: EpochMs | undefined } | undefined)[],
    revision: number,
  ): void {
    const endsAt = Math.min(verified.claims.expiresAt * 1000, ...keys.map((key) => key?.retiresAt ?? Number.POSITIVE_INFINITY))
    cache.set(digest, { verified, revision, endsAt })
  }

  return {
    noteIssued(token, kind, key, revision, seal) {
      const jws = parseJws(seal?.inside ?? token)
      const digest = digestOf(token)
      const claims = jws && kind.readPayload(jws.payload, digest)
      if (claims !== undefined) keep({ kind, claims }, digest, [key, seal?.key], revision)
    },

    async readAccess(tenant, presented, at) {
      const authentic = await authenticate(tenant, presented, at)
      if (!authentic.ok) return authentic
      const { claims } = authentic.value
      if (Math.max(claims.notBefore, claims.issuedAt) * 1000 > at + REPLICA_LEEWAY_MS) return invalid('not yet valid')
      if (claims.expiresAt * 1000 <= at) return refuse({ code: 'token_expired' })
      return accept(claims)
    },

    async readRefreshToken(tenant, presented = '', at) {
      const jws = parseJws(presented)
      if (jws === undefined) return invalid('form')
      const found = await ring.find(tenant.id, keyIdIn(jws.headerText) ?? '', at)
      if (found?.key.purpose !== 'refresh' || found.key.algorithm === 'A256GCM') return invalid('key')
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

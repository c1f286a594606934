import { accept, type Outcome, type Refusal, refuse } from '../domain/outcome.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { EpochMs } from '../domain/time.ts'
import { type Authenticator, invalid } from './authenticator.ts'
import { keyIdIn, parseJws } from './jws.ts'
import { type KeyRing, REPLICA_LEEWAY_MS } from './key-ring.ts'
import { PERMANENT } from './permanent.ts'
import type { RefreshTokens } from './refresh.ts'
import { SELF_REFRESHING } from './self-refreshing.ts'
import type { AccessClaims, RefreshClaim, UnreadableAccess } from './token-claims.ts'

type Invalid = Refusal<'token_invalid'>

interface Deps {
  readonly ring: Pick<KeyRing, 'find'>
  readonly authenticate: Authenticator['authenticate']
  readonly refreshTokens: RefreshTokens
}

export interface TokenReader {
  readAccess(tenant: Tenant, presented: string, at: EpochMs): Promise<Outcome<AccessClaims, UnreadableAccess>>
  /** @param presented without its format's prefix; undefined if it has not got that */
  readRefreshToken(tenant: Tenant, presented: string | undefined, at: EpochMs): Promise<Outcome<RefreshClaim, Invalid>>
  readSelfRefreshing(
    tenant: Tenant,
    presented: string,
    at: EpochMs,
  ): Promise<Outcome<RefreshClaim, Refusal<'token_invalid' | 'token_is_permanent'>>>
}

export function createTokenReader({ ring, authenticate, refreshTokens }: Deps): TokenReader {
  return {
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
      const found = await ring.find(tenant, keyIdIn(jws.headerText) ?? '', at)
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

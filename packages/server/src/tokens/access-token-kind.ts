import type { KeyPurpose } from '../domain/signing-key.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { OpenedSigningKey } from './opened-keys.ts'
import type { AccessClaims } from './token-claims.ts'

/** What sets one kind of access token apart. It is this kind only if its key's purpose and its signed `iss` both say so. */
export interface AccessTokenKind {
  readonly purpose: KeyPurpose
  /** The header that this kind writes for a key: JSON text. */
  headerFor(key: OpenedSigningKey): string
  /** The `iss` of this kind's tokens. @param issuer the tenant's, without a trailing slash */
  signedIssuer(issuer: string, tenant: Pick<Tenant, 'name'>): string
  /**
   * Whether its tokens are good under whatever address the tenant had when they were issued. Only where the store knows each token
   * by its digest: a token of nine years outlives the address of a server.
   */
  readonly outlivesIssuer: boolean
  /** @returns undefined if the payload is not exactly what this kind writes */
  readPayload(payload: Buffer, digest: Buffer): AccessClaims | undefined
}

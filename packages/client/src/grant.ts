import type { Secret } from './secret.ts'

/** What a platform has given. Instants are milliseconds by the platform's clock. */
export interface Grant {
  readonly accessToken: Secret
  readonly refreshToken?: Secret | undefined
  readonly issuedAt: number
  /** Undefined: the platform does not say, or it does not end. */
  readonly expiresAt?: number | undefined
  readonly refreshExpiresAt?: number | undefined
  readonly scope?: string | undefined
}

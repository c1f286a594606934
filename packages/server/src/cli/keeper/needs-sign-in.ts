import type { Status } from '@ringkey/client'

/**
 * Whether somebody has to sign in: nobody is signed in, the platform has refused the token, or it has ended and cannot be renewed.
 * @param at now, by this machine's clock
 */
export function needsSignIn({ isSignedIn, refusedAt, expiresAt, canRenew }: Status, at: number): boolean {
  if (!isSignedIn || refusedAt !== undefined) return true
  return expiresAt !== undefined && expiresAt.getTime() <= at && !canRenew
}

import { normalisePassword } from '../domain/password.ts'
import type { Events } from '../events/events.ts'
import type { PasswordHasher } from '../passwords/password-hasher.ts'
import type { Accounts, SignInCandidate } from '../store/accounts.ts'

interface Deps {
  readonly accounts: Accounts
  readonly passwords: PasswordHasher
  readonly events: Events
}

/** A hash with old parameters is replaced while the password is at hand. */
export async function strengthenHash(
  { passwords, accounts, events }: Deps,
  { account, passwordHash }: SignInCandidate,
  password: string,
): Promise<void> {
  if (!passwords.needsRehash(passwordHash)) return
  const stronger = await passwords.hash(normalisePassword(password))
  if (await accounts.rehash(account.id, passwordHash, stronger)) {
    events.publish(events.passwordRehashed({ tenantId: account.tenantId, subject: account.id }))
  }
}

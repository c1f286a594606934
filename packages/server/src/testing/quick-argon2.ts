/**
 * In place of `@node-rs/argon2`, by `vi.mock`, for tests that sign in by the hundred and are not about hashing: hashes that cost
 * nothing and are worth nothing, in the same spelling. The real one is tested in `passwords/` and used by `use-cases/sign-in.test.ts`.
 */
import { createHash } from 'node:crypto'

export function hashSync(password: string | Buffer): string {
  const digest = createHash('sha256').update(password).digest('base64').replaceAll('=', '')
  return `$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$${digest}`
}

export async function hash(password: string): Promise<string> {
  return hashSync(password)
}

export async function verify(phc: string, password: string): Promise<boolean> {
  return phc === hashSync(password)
}

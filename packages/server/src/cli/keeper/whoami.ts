import { type Answer, accept, stop } from './answer.ts'
import type { KeeperDeps } from './keeper-deps.ts'
import { accountOf } from './login.ts'
import { openNamed, signInCommand } from './open-sign-in.ts'

/** Who calls are made as: a sign-in that still holds, and whom its token names where a token can be read. */
export async function whoami(deps: KeeperDeps, name: string | undefined): Promise<Answer> {
  const opened = await openNamed(deps, name)
  if (!opened.ok) return opened
  const { connection, signIn, name: found } = opened.value
  const { value } = await connection.token()
  const { baseUrl, refusedAt } = await connection.status()
  if (refusedAt !== undefined) {
    return stop('signInNeeded', `The platform has refused this token at ${refusedAt.toISOString()}. Run: ${signInCommand(opened.value)}`)
  }
  const document = { name: found, platform: signIn.platform, account: accountOf(signIn), subject: subjectOf(value), baseUrl }
  return accept({ document, table: { headings: ['NAME', 'PLATFORM', 'ACCOUNT', 'SUBJECT', 'AT'], rows: [Object.values(document)] } })
}

/** RFC 7519, section 4.1.2. Nothing is verified: it is shown to whom the token belongs. */
function subjectOf(token: string): string | null {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    const subject = (claims as { sub?: unknown } | null)?.sub
    return typeof subject === 'string' || typeof subject === 'number' ? String(subject) : null
  } catch {
    return null
  }
}

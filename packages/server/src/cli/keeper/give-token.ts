import { type Answer, accept } from './answer.ts'
import type { KeeperDeps } from './keeper-deps.ts'
import { openNamed } from './open-sign-in.ts'

export interface TokenDemand {
  readonly minValidity?: number
}

/** The token and nothing else, so that `$(ringkey token)` is one. */
export async function printToken(deps: KeeperDeps, name: string | undefined, { minValidity = 0 }: TokenDemand): Promise<Answer> {
  const opened = await openNamed(deps, name)
  if (!opened.ok) return opened
  const { value, expiresAt } = await opened.value.connection.token({ minValiditySeconds: minValidity })
  return accept({ document: { token: value, expiresAt: expiresAt?.toISOString() ?? null }, data: `${value}\n` })
}

/** A line for each header, as `curl -H @-` reads them. */
export async function printHeaders(deps: KeeperDeps, name: string | undefined, { minValidity = 0 }: TokenDemand): Promise<Answer> {
  const opened = await openNamed(deps, name)
  if (!opened.ok) return opened
  const token = await opened.value.connection.token({ minValiditySeconds: minValidity })
  const headers = Object.entries(token.headers()).map(([header, value]) => [spell(header), value] as const)
  return accept({
    document: { headers: Object.fromEntries(headers), expiresAt: token.expiresAt?.toISOString() ?? null },
    data: headers.map(([header, value]) => `${header}: ${value}\n`).join(''),
  })
}

/** `authorization` as people know it; `apikey` is the platform's own word. */
function spell(header: string): string {
  return header === 'authorization' ? 'Authorization' : header
}

/** What the page carries that offers a person to keep the account: that the password was shown, for which plan, and when. */
import type { AccountId } from '../domain/ids.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { EpochMs } from '../domain/time.ts'
import type { TokenEngine } from '../tokens/token-engine.ts'

export interface LeavingNote {
  readonly accountId: AccountId
  readonly erasesAt: EpochMs
}

/** As long as the sign-in page that it stands for. */
const LIFE_MS = 10 * 60 * 1000

type Sealing = Pick<TokenEngine, 'sealNote' | 'openNote'>

export function sealLeavingNote(tokens: Sealing, tenant: Tenant, { accountId, erasesAt }: LeavingNote, at: EpochMs): Promise<string> {
  return tokens.sealNote(tenant, 'leaving', [accountId, erasesAt, at].join(' '), at)
}

/** @returns undefined for what we have not sealed, or too long ago */
export async function openLeavingNote(tokens: Sealing, tenant: Tenant, presented: string, at: EpochMs): Promise<LeavingNote | undefined> {
  const note = await tokens.openNote(tenant, 'leaving', presented, at)
  const [accountId, erasesAt, sealedAt] = note?.split(' ') ?? []
  if (accountId === undefined || at > Number(sealedAt) + LIFE_MS) return undefined
  return { accountId: accountId as AccountId, erasesAt: Number(erasesAt) }
}

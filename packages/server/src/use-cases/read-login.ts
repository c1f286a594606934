import { parseLoginId } from '../domain/account.ts'
import { judgePhone } from '../domain/phone.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { ReadPhone } from '../phones/read-phone.ts'
import type { Accounts } from '../store/accounts.ts'

interface Deps {
  readonly accounts: Accounts
  readonly readPhone: ReadPhone
}

/**
 * The login name that a person means: what was typed, if it is one, else the number that it spells, of the tenant's countries. All
 * spellings of a number are one name, so that none buys another guess.
 */
export async function readLogin({ accounts, readPhone }: Deps, tenant: Tenant, typed: string): Promise<string> {
  const [country] = tenant.phones.countries
  if (country === undefined) return typed
  const read = await readPhone(typed, country)
  const judged = read.ok ? judgePhone(read.value, tenant.phones) : read
  if (!judged.ok) return typed
  const loginId = parseLoginId(typed)
  const isName = loginId !== undefined && (await accounts.findByLoginId(tenant.id, loginId)) !== undefined
  return isName ? typed : judged.value
}

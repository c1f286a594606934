import type { Account } from '../domain/account.ts'
import type { Tenant } from '../domain/tenant.ts'

/** Longer is no calling code (ITU-T E.164). */
const MAX_CALLING_CODE_DIGITS = 3

/** What somebody who knows an account would try first as its password: a number in its national spelling too. */
export function ownWordsOf({ name, loginIds }: Pick<Account, 'name' | 'loginIds'>, { name: tenantName }: Pick<Tenant, 'name'>) {
  const numbers = loginIds.filter((id) => /^\+\d+$/.test(id))
  const national = numbers.flatMap((number) => Array.from({ length: MAX_CALLING_CODE_DIGITS }, (_, digits) => number.slice(digits + 2)))
  return [name, tenantName, ...loginIds, ...national]
}

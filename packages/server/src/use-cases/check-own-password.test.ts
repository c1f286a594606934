import { expect, it } from 'vitest'
import type { AccountId } from '../domain/ids.ts'
import { bucketKey } from '../domain/limit.ts'
import { accept } from '../domain/outcome.ts'
import { anAccount } from '../testing/an-account.ts'
import { codeOf } from '../testing/page-house.ts'
import { aTenant } from '../testing/token-workbench.ts'
import { checkOwnPassword } from './check-own-password.ts'
import type { CheckPassword } from './check-password.ts'

/** A password that is right, of whoever has the name by now. */
function rightFor(id: string): CheckPassword {
  const account = anAccount({ id: id as AccountId })
  const candidate = { account, passwordHash: '', enabled: true, isLeaving: false, tenantEpoch: 0, knownBlock: false }
  const anotherSession = { key: bucketKey('another'), limit: { burst: 1, secondsPerUnit: 1 }, cost: 1 }
  return async () => accept({ candidate, refunds: [], clearedCount: undefined, anotherSession })
}

it.each([
  ['the person’s own', 'acc_1', 'accepted'],
  ['that of somebody who has the name meanwhile', 'acc_2', 'password_wrong'],
])('a password that is right for %s', async (_whose, id, told) => {
  const request = { tenant: aTenant(), account: anAccount(), password: 'x', caller: { address: '192.0.2.7', requestId: 'req' } }
  expect(codeOf(await checkOwnPassword(rightFor(id), request))).toBe(told)
})

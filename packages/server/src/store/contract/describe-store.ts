/**
 * The contract: what every store promises, whatever it is made of. One file per noun; the names of the tests are the promises.
 */
import { describe } from 'vitest'
import { describeAccounts } from './accounts.ts'
import { describeAdvances } from './advances.ts'
import { describeApiKeys } from './api-keys.ts'
import { describeApplications } from './applications.ts'
import { describeAuditTrail } from './audit-trail.ts'
import { describeErasure } from './erasure.ts'
import { describeHandStrings } from './hand-strings.ts'
import { describeKnownDevices } from './known-devices.ts'
import { describeLetters } from './letters.ts'
import { describeLimits } from './limits.ts'
import { describeOneUseThings } from './one-use-things.ts'
import { describeOrganisations } from './organisations.ts'
import { describePermanentTokens } from './permanent-tokens.ts'
import { describeReopening } from './reopening.ts'
import { describeResealKeys } from './reseal-keys.ts'
import { describeSessions } from './sessions.ts'
import { describeSessionsOfApplications } from './sessions-of-applications.ts'
import { describeSeveralStores } from './several-stores.ts'
import { describeSigningKeys } from './signing-keys.ts'
import { describeStarts } from './starts.ts'
import type { StoreKind } from './stores-under-test.ts'
import { describeSweep } from './sweep.ts'
import { describeTenants } from './tenants.ts'
import { describeTime } from './time.ts'

export function describeStore({ name, open, openAgain }: StoreKind): void {
  describe(name, () => {
    describeTenants(open)
    describeOrganisations(open)
    describeAccounts(open)
    describeErasure(open)
    describeKnownDevices(open)
    describeApplications(open)
    describeApiKeys(open)
    describeSessions(open)
    describeSessionsOfApplications(open)
    describeStarts(open)
    describeAdvances(open)
    describeSigningKeys(open)
    describeResealKeys(open)
    describePermanentTokens(open)
    describeOneUseThings(open)
    describeLimits(open)
    describeLetters(open)
    describeAuditTrail(open)
    describeTime(open)
    describeSweep(open)
    describeHandStrings(open)
    if (openAgain !== undefined) {
      describeReopening(open, openAgain)
      describeSeveralStores(open, openAgain)
    }
  })
}

import { isCountry } from '../phones/read-phone.ts'
import type { Store } from '../store/store.ts'
import { createAddDoor } from '../use-cases/add-door.ts'
import { createCreateAccount } from '../use-cases/create-account.ts'
import { createCreateApiKey } from '../use-cases/create-api-key.ts'
import { createCreateApplication } from '../use-cases/create-application.ts'
import { createCreateOrganisation } from '../use-cases/create-organisation.ts'
import { createCreateTenant } from '../use-cases/create-tenant.ts'
import { createEndSession } from '../use-cases/end-session.ts'
import { createFindByName } from '../use-cases/find-by-name.ts'
import { createIssuePermanentToken } from '../use-cases/issue-permanent-token.ts'
import { createListings } from '../use-cases/listings.ts'
import { createRetireKey } from '../use-cases/retire-key.ts'
import { createRevokePermanentToken } from '../use-cases/revoke-permanent-token.ts'
import { createRotateKeys } from '../use-cases/rotate-keys.ts'
import { createSetAccountRights } from '../use-cases/set-account-rights.ts'
import { createSetApplicationReach } from '../use-cases/set-application-reach.ts'
import { createEndSessions, createSetEnabled } from '../use-cases/set-enabled.ts'
import { createSetPageSignIn } from '../use-cases/set-page-sign-in.ts'
import { createSetPassword } from '../use-cases/set-password.ts'
import { createSetPasswordGrant } from '../use-cases/set-password-grant.ts'
import { createSetPhones } from '../use-cases/set-phones.ts'
import { createStopErasure } from '../use-cases/stop-erasure.ts'
import type { UseCases } from '../use-cases/use-cases.ts'

type PartsOf<Create extends (parts: never) => unknown> = Parameters<Create>[0]

/** All that these verbs are made of but what is made here. */
type Shared = Omit<
  PartsOf<typeof createAddDoor> &
    PartsOf<typeof createCreateAccount> &
    PartsOf<typeof createCreateApiKey> &
    PartsOf<typeof createCreateApplication> &
    PartsOf<typeof createCreateOrganisation> &
    PartsOf<typeof createCreateTenant> &
    PartsOf<typeof createEndSession> &
    PartsOf<typeof createEndSessions> &
    PartsOf<typeof createIssuePermanentToken> &
    PartsOf<typeof createRetireKey> &
    PartsOf<typeof createRevokePermanentToken> &
    PartsOf<typeof createRotateKeys> &
    PartsOf<typeof createSetAccountRights> &
    PartsOf<typeof createSetApplicationReach> &
    PartsOf<typeof createSetEnabled> &
    PartsOf<typeof createSetPageSignIn> &
    PartsOf<typeof createSetPassword> &
    PartsOf<typeof createSetPasswordGrant> &
    PartsOf<typeof createSetPhones> &
    PartsOf<typeof createStopErasure> &
    PartsOf<typeof createListings>,
  'findByName' | 'createApplication' | 'isCountry'
> & { readonly store: Store }

type OperatorVerb =
  | 'createTenant'
  | 'addDoor'
  | 'createOrganisation'
  | 'createApplication'
  | 'setApplicationReach'
  | 'setPasswordGrant'
  | 'setPageSignIn'
  | 'setPhones'
  | 'createApiKey'
  | 'createAccount'
  | 'setPassword'
  | 'stopErasure'
  | 'setAccountRights'
  | 'setEnabled'
  | 'endSessions'
  | 'endSession'
  | 'issuePermanentToken'
  | 'revokePermanentToken'
  | 'rotateKeys'
  | 'retireKey'
  | 'list'

/** The verbs of those who run the server. */
export function composeOperators(given: Shared): Pick<UseCases, OperatorVerb> {
  const findByName = createFindByName(given.store)
  const shared = { ...given, findByName }
  const createApplication = createCreateApplication(shared)
  return {
    createTenant: createCreateTenant({ ...shared, createApplication }),
    addDoor: createAddDoor({ ...shared, createApplication }),
    createOrganisation: createCreateOrganisation(shared),
    createApplication,
    setApplicationReach: createSetApplicationReach(shared),
    setPasswordGrant: createSetPasswordGrant(shared),
    setPageSignIn: createSetPageSignIn(shared),
    setPhones: createSetPhones({ ...shared, isCountry }),
    createApiKey: createCreateApiKey(shared),
    createAccount: createCreateAccount(shared),
    setPassword: createSetPassword(shared),
    stopErasure: createStopErasure(shared),
    setAccountRights: createSetAccountRights(shared),
    setEnabled: createSetEnabled(shared),
    endSessions: createEndSessions(shared),
    endSession: createEndSession(shared),
    issuePermanentToken: createIssuePermanentToken(shared),
    revokePermanentToken: createRevokePermanentToken(shared),
    rotateKeys: createRotateKeys(shared),
    retireKey: createRetireKey(shared),
    list: createListings(shared),
  }
}

import type { Tenant } from '../domain/tenant.ts'
import { PATHS as IDM_PATHS } from '../front-doors/idm/wire.ts'
import { createBuiltInProvider } from '../identity-providers/built-in.ts'
import { createAnswerSignIn } from '../use-cases/answer-sign-in.ts'
import { createAskForSignIn } from '../use-cases/ask-for-sign-in.ts'
import { createCheckAuthorization } from '../use-cases/authorization.ts'
import { createBrowserSessions } from '../use-cases/browser-sessions.ts'
import { createCallbacks } from '../use-cases/callbacks.ts'
import { createCompleteLogin } from '../use-cases/complete-login.ts'
import { createDescribeBrowserSession } from '../use-cases/describe-browser-session.ts'
import { createDescribeUser } from '../use-cases/describe-user.ts'
import type { DoorCatalogue } from '../use-cases/door-catalogue.ts'
import { createEndBrowserSession } from '../use-cases/end-browser-session.ts'
import { createEndOwnSession } from '../use-cases/end-own-session.ts'
import { createExchangeCode } from '../use-cases/exchange-code.ts'
import { createFindUsableApplication } from '../use-cases/find-usable-application.ts'
import { createPromptForSignIn } from '../use-cases/prompt-for-sign-in.ts'
import { createRedeemCode } from '../use-cases/redeem-code.ts'
import { createSendNotice } from '../use-cases/send-notice.ts'
import { createStartLogin } from '../use-cases/start-login.ts'
import { createTellOfNewDevice } from '../use-cases/tell-of-new-device.ts'
import { createTellOwner } from '../use-cases/tell-owner.ts'
import type { UseCases } from '../use-cases/use-cases.ts'

type PageVerb =
  | 'startLogin'
  | 'askForSignIn'
  | 'answerSignIn'
  | 'completeLogin'
  | 'exchangeCode'
  | 'describeUser'
  | 'describeBrowserSession'
  | 'endBrowserSession'
  | 'endOwnSession'

type PartsOf<Create extends (parts: never) => unknown> = Parameters<Create>[0]

/** All that these verbs are made of but what is made here. */
type Shared = Omit<
  PartsOf<typeof createStartLogin> &
    PartsOf<typeof createAnswerSignIn> &
    PartsOf<typeof createCompleteLogin> &
    PartsOf<typeof createExchangeCode> &
    PartsOf<typeof createDescribeUser> &
    PartsOf<typeof createCheckAuthorization> &
    PartsOf<typeof createFindUsableApplication> &
    PartsOf<typeof createTellOfNewDevice> &
    PartsOf<typeof createTellOwner> &
    PartsOf<typeof createSendNotice> &
    PartsOf<typeof createBrowserSessions>,
  | 'identityProvider'
  | 'callbacks'
  | 'browserSessions'
  | 'findUsableApplication'
  | 'promptForSignIn'
  | 'doors'
  | 'tellOwner'
  | 'tellOfNewDevice'
  | 'sendNotice'
> & {
  readonly issuerOf: (tenant: Tenant) => string
  readonly doors: Pick<DoorCatalogue, 'callbackPathOf' | 'defaultsOf'>
}

/** The verbs of a sign-in at our page, with the identity provider that is this server itself. */
export function composePageSignIn(shared: Shared): Pick<UseCases, PageVerb> {
  const { issuerOf, doors } = shared
  const identityProvider = createBuiltInProvider({ issuerOf, paths: IDM_PATHS, redeem: createRedeemCode(shared) })
  const callbacks = createCallbacks(doors, issuerOf)
  const browserSessions = createBrowserSessions(shared)
  const findUsableApplication = createFindUsableApplication(shared)
  const tellOwner = createTellOwner({ ...shared, sendNotice: createSendNotice(shared) })
  const tellOfNewDevice = createTellOfNewDevice({ ...shared, tellOwner })
  const parts = { ...shared, identityProvider, callbacks, browserSessions, findUsableApplication, tellOfNewDevice }
  const promptForSignIn = createPromptForSignIn(parts)
  const checkAuthorization = createCheckAuthorization(parts)
  return {
    startLogin: createStartLogin(parts),
    askForSignIn: createAskForSignIn({ ...parts, checkAuthorization, promptForSignIn }),
    answerSignIn: createAnswerSignIn({ ...parts, promptForSignIn }),
    completeLogin: createCompleteLogin(parts),
    exchangeCode: createExchangeCode(parts),
    describeUser: createDescribeUser(parts),
    describeBrowserSession: createDescribeBrowserSession(parts),
    endBrowserSession: createEndBrowserSession(parts),
    endOwnSession: createEndOwnSession(parts),
  }
}

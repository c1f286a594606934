import { createBrowserSessions } from '../use-cases/browser-sessions.ts'
import { createAskToChangeNumber, createChangeNumber } from '../use-cases/change-number.ts'
import { createChangePassword } from '../use-cases/change-password.ts'
import { createDescribeOwnActivity } from '../use-cases/describe-own-activity.ts'
import { createEndOwnApplication } from '../use-cases/end-own-application.ts'
import { createSendNotice } from '../use-cases/send-notice.ts'
import { createTellOwner } from '../use-cases/tell-owner.ts'
import type { UseCases } from '../use-cases/use-cases.ts'

type PartsOf<Create extends (parts: never) => unknown> = Parameters<Create>[0]

type Shared = Omit<
  PartsOf<typeof createChangePassword> &
    PartsOf<typeof createDescribeOwnActivity> &
    PartsOf<typeof createAskToChangeNumber> &
    PartsOf<typeof createChangeNumber> &
    PartsOf<typeof createSendNotice> &
    PartsOf<typeof createTellOwner> &
    PartsOf<typeof createBrowserSessions>,
  'browserSessions' | 'sendNotice' | 'tellOwner'
>

/** The verbs of people at their own page. */
export function composeOwnAccount(
  shared: Shared,
): Pick<UseCases, 'changePassword' | 'askToChangeNumber' | 'changeNumber' | 'endOwnApplication' | 'describeOwnActivity'> {
  const sendNotice = createSendNotice(shared)
  const parts = {
    ...shared,
    browserSessions: createBrowserSessions(shared),
    tellOwner: createTellOwner({ ...shared, sendNotice }),
  }
  return {
    changePassword: createChangePassword(parts),
    askToChangeNumber: createAskToChangeNumber(parts),
    changeNumber: createChangeNumber(parts),
    endOwnApplication: createEndOwnApplication(parts),
    describeOwnActivity: createDescribeOwnActivity(parts),
  }
}

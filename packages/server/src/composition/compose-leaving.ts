import { createBrowserSessions } from '../use-cases/browser-sessions.ts'
import { createDeleteOwnAccount } from '../use-cases/delete-own-account.ts'
import { createExportOwnData } from '../use-cases/export-own-data.ts'
import { createKeepAccount } from '../use-cases/keep-account.ts'
import { createSendNotice } from '../use-cases/send-notice.ts'
import { createTellOwner } from '../use-cases/tell-owner.ts'
import type { UseCases } from '../use-cases/use-cases.ts'

type PartsOf<Create extends (parts: never) => unknown> = Parameters<Create>[0]

type Shared = Omit<
  PartsOf<typeof createExportOwnData> &
    PartsOf<typeof createDeleteOwnAccount> &
    PartsOf<typeof createKeepAccount> &
    PartsOf<typeof createSendNotice> &
    PartsOf<typeof createTellOwner> &
    PartsOf<typeof createBrowserSessions>,
  'browserSessions' | 'sendNotice' | 'tellOwner'
>

/** The verbs of people who take their data along, or leave. */
export function composeLeaving(shared: Shared): Pick<UseCases, 'exportOwnData' | 'deleteOwnAccount' | 'keepAccount'> {
  const tellOwner = createTellOwner({ ...shared, sendNotice: createSendNotice(shared) })
  const parts = { ...shared, browserSessions: createBrowserSessions(shared), tellOwner }
  return {
    exportOwnData: createExportOwnData(parts),
    deleteOwnAccount: createDeleteOwnAccount(parts),
    keepAccount: createKeepAccount(parts),
  }
}

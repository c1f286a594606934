import { createBrowserSessions } from '../use-cases/browser-sessions.ts'
import { createExportOwnData } from '../use-cases/export-own-data.ts'
import type { UseCases } from '../use-cases/use-cases.ts'

type PartsOf<Create extends (parts: never) => unknown> = Parameters<Create>[0]

type Shared = Omit<PartsOf<typeof createExportOwnData>, 'browserSessions'>

/** The verbs of people who take their data along, or leave. */
export function composeLeaving(shared: Shared): Pick<UseCases, 'exportOwnData'> {
  const parts = { ...shared, browserSessions: createBrowserSessions(shared) }
  return { exportOwnData: createExportOwnData(parts) }
}

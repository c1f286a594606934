import { createAskToRecover, createAskToRegister } from '../use-cases/ask-for-code.ts'
import { createBrowserSessions } from '../use-cases/browser-sessions.ts'
import { createRecover } from '../use-cases/recover.ts'
import { createRegister } from '../use-cases/register.ts'
import { createSendNotice } from '../use-cases/send-notice.ts'
import type { UseCases } from '../use-cases/use-cases.ts'

type PartsOf<Create extends (parts: never) => unknown> = Parameters<Create>[0]

type Shared = Omit<
  PartsOf<typeof createRegister> &
    PartsOf<typeof createRecover> &
    PartsOf<typeof createAskToRegister> &
    PartsOf<typeof createSendNotice> &
    PartsOf<typeof createBrowserSessions>,
  'browserSessions' | 'sendNotice'
>

/** The verbs of people who look after an account by themselves. */
export function composePeople(shared: Shared): Pick<UseCases, 'askToRegister' | 'register' | 'askToRecover' | 'recover'> {
  const parts = {
    ...shared,
    browserSessions: createBrowserSessions(shared),
    sendNotice: createSendNotice(shared),
  }
  return {
    askToRegister: createAskToRegister(parts),
    register: createRegister(parts),
    askToRecover: createAskToRecover(parts),
    recover: createRecover(parts),
  }
}

import { isCommonPassword } from '../passwords/is-common-password.ts'
import { createAskToRecover, createAskToRegister } from '../use-cases/ask-for-code.ts'
import { createBrowserSessions } from '../use-cases/browser-sessions.ts'
import { createChooseablePassword } from '../use-cases/chooseable-password.ts'
import { createRecover } from '../use-cases/recover.ts'
import { createRegister } from '../use-cases/register.ts'
import { createSendNotice } from '../use-cases/send-notice.ts'
import type { UseCases } from '../use-cases/use-cases.ts'

type PartsOf<Create extends (parts: never) => unknown> = Parameters<Create>[0]

type Shared = Omit<
  PartsOf<typeof createRegister> & PartsOf<typeof createRecover> & PartsOf<typeof createAskToRegister> & PartsOf<typeof createSendNotice>,
  'browserSessions' | 'readNewPassword' | 'sendNotice'
>

/** The verbs of people who look after an account by themselves. */
export function composePeople(shared: Shared): Pick<UseCases, 'askToRegister' | 'register' | 'askToRecover' | 'recover'> {
  const parts = {
    ...shared,
    browserSessions: createBrowserSessions(shared),
    readNewPassword: createChooseablePassword({ isCommon: isCommonPassword }),
    sendNotice: createSendNotice(shared),
  }
  return {
    askToRegister: createAskToRegister(parts),
    register: createRegister(parts),
    askToRecover: createAskToRecover(parts),
    recover: createRecover(parts),
  }
}

import { drawCodeNumber, FOUR_DIGITS } from '../domain/one-time-code.ts'
import { accept } from '../domain/outcome.ts'
import type { Randomness } from '../domain/randomness.ts'
import type { AskToAllowCalls, SendCode } from './code-use-cases.ts'
import type { ResolveToken } from './resolve-token.ts'

interface Deps {
  readonly randomness: Randomness
  readonly resolveToken: ResolveToken
  readonly sendCode: SendCode
}

/** Sends a code to somebody who does not want to be called, to be told to who asks for leave. */
export function createAskToAllowCalls({ randomness, resolveToken, sendCode }: Deps): AskToAllowCalls {
  return async ({ tenant, token, phone, caller }) => {
    const resolved = await resolveToken(tenant, token)
    if (!resolved.ok) return resolved
    const { accountId, application } = resolved.value
    const message = { purpose: 'do_not_call', shape: FOUR_DIGITS, language: 'en', holder: accountId } as const
    const sent = await sendCode({
      tenant,
      phone,
      applicationId: application.id,
      caller,
      newId: () => drawCodeNumber(randomness),
      ...message,
    })
    return sent.ok ? accept({ id: Number(sent.value.codeId) }) : sent
  }
}

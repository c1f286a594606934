/** What golden exchanges (vectors/idm) cannot show of the download of one's data: every refusal. */
import { expect, test } from 'vitest'
import { refuse } from '../../domain/outcome.ts'
import { appsOfTenant } from '../../http/testing/apps-of-tenant.ts'
import { expectPage } from '../../http/testing/page-answer.ts'
import { aTenant } from '../../http/testing/start-app.ts'

const anApp = appsOfTenant(aTenant({ doors: ['idm'] }))
const HEADERS = ['Content-Type: application/x-www-form-urlencoded', 'Cookie: __Host-session-demo=s']

test.each([
  [{ code: 'browser_session_over' }, 303, undefined],
  [{ code: 'form_token_invalid' }, 403, undefined],
  [{ code: 'throttled', retryAfterSeconds: 95 }, 429, '95'],
] as const)('a download that is refused as $code is answered with %i, and is no file', async (refusal, status, retryAfter) => {
  const app = await anApp({ exportOwnData: async () => refuse(refusal) })
  const answer = await app.ask('POST /account/export', HEADERS, 'formToken=proof')
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([status, retryAfter])
  expect(answer.headers.has('content-disposition')).toBe(false)
  if (status !== 303) expectPage(answer, status)
})

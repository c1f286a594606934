/** What golden exchanges (vectors/idm) cannot show of the page for another password: every refusal, and what the use case is given. */
import { describe, expect, test } from 'vitest'
import { accept, refuse } from '../../domain/outcome.ts'
import { appsOfTenant } from '../../http/testing/apps-of-tenant.ts'
import { expectPage } from '../../http/testing/page-answer.ts'
import { aTenant, type TestApp } from '../../http/testing/start-app.ts'
import { anAccount } from '../../testing/an-account.ts'
import type { ChangePassword } from '../../use-cases/use-cases.ts'

const tenant = aTenant({ doors: ['idm'] })
const anApp = appsOfTenant(tenant)
const HEADERS = ['Content-Type: application/x-www-form-urlencoded', 'Cookie: __Host-session-demo=s']
const signedIn = {
  describeBrowserSession: async () =>
    accept({ account: anAccount(), formToken: 'proof', mayChangeNumber: true, applications: [], sessions: [] }),
} as const
const send = (app: TestApp, ...headers: string[]) =>
  app.ask('POST /account/password', [...HEADERS, ...headers], 'answer=send&formToken=proof&current_password=+a&password=b+&ui_locales=de')

describe('the page for another password', () => {
  test('gives what was typed, untouched, to the use case, and the new session to the browser', async () => {
    const given: Parameters<ChangePassword>[0][] = []
    const changePassword: ChangePassword = async (request) => {
      given.push(request)
      return accept({ value: 'new', expiresInSeconds: 7, device: { value: 'known', expiresInSeconds: 9 } })
    }
    const answer = await send(await anApp({ changePassword }))
    const [{ caller, ...request } = expect.fail('not called')] = given
    const typed = { current: ' a', password: 'b ', language: 'de' }
    expect(request).toEqual({ tenant, browserSession: 's', formToken: 'proof', door: 'idm', ...typed })
    expect(caller.requestId).toBe(answer.headers.get('x-request-id'))
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '../account'])
    const attributes = 'Path=/; Secure; HttpOnly; SameSite=Lax'
    const kept = [`__Host-session-demo=new; ${attributes}; Max-Age=7`, `__Host-device-demo=known; ${attributes}; Max-Age=9`]
    expect(answer.headers.get('set-cookie')).toBe(kept.join(', '))
  })

  type Refused = Extract<Awaited<ReturnType<ChangePassword>>, { ok: false }>['refusal']
  const STATUSES: { readonly [C in Refused['code']]: number } = {
    browser_session_over: 303,
    form_token_invalid: 403,
    password_wrong: 403,
    throttled: 429,
    password_too_short: 422,
    password_too_long: 422,
    password_common: 422,
    password_same: 422,
  }
  test.each(Object.entries(STATUSES))('that is refused as %s is answered with %i, and no password comes back', async (code, status) => {
    const refusal = { code, retryAfterSeconds: 95 } as Refused
    const answer = await send(await anApp({ ...signedIn, changePassword: async () => refuse(refusal) }))
    expect(answer.status).toBe(status)
    expect(answer.headers.get('retry-after')).toBe(status === 429 ? '95' : undefined)
    expect(answer.headers.has('set-cookie')).toBe(false)
    if (status !== 303) expectPage(answer, status)
    expect(answer.body).not.toContain('value="b ')
  })

  test.each(['Sec-Fetch-Site: cross-site', 'Origin: https://evil.example'])('S91: is not for %s', async (header) => {
    expectPage(await send(await anApp(), header), 403) // no use case may be called
  })
})

/** What golden exchanges (vectors/idm) cannot show of the person's own page. */
import { describe, expect, test } from 'vitest'
import type { LoginId } from '../../domain/account.ts'
import { Unavailable } from '../../domain/fault.ts'
import { accept, refuse } from '../../domain/outcome.ts'
import type { Role } from '../../domain/role.ts'
import { appsOfTenant } from '../../http/testing/apps-of-tenant.ts'
import { expectPage } from '../../http/testing/page-answer.ts'
import { aTenant, type TestApp } from '../../http/testing/start-app.ts'
import { anAccount } from '../../testing/an-account.ts'
import type { EndBrowserSession } from '../../use-cases/use-cases.ts'

const tenant = aTenant({ doors: ['idm'] })
const anApp = appsOfTenant(tenant)
const FORM = 'Content-Type: application/x-www-form-urlencoded'
const SESSION = 'Cookie: __Host-session-demo=s'
const PROBE = `"'><script>alert(1)</script>`

const signedIn = (account = anAccount()) =>
  ({
    describeBrowserSession: async () => accept({ account, formToken: 'proof', mayChangeNumber: true, applications: [], sessions: [] }),
  }) as const
const post = (app: TestApp, body: string, ...headers: string[]) => app.ask('POST /account/sign-out', [FORM, ...headers], body)

describe('the account page', () => {
  test('is found by the cookie of its own tenant', async () => {
    const given: unknown[] = []
    const app = await anApp({
      describeBrowserSession: async (request) => {
        given.push(request)
        return accept({ account: anAccount(), formToken: 'proof', mayChangeNumber: true, applications: [], sessions: [] })
      },
    })
    const answer = await app.ask('GET /account', ['Cookie: __Host-session-other=t; __Host-session-demo=s'])
    expectPage(answer, 200)
    expect(given).toEqual([{ tenant, browserSession: 's' }])
    expect(answer.body).toContain('<input type="hidden" name="formToken" value="proof"/>')
    expect(answer.headers.has('set-cookie')).toBe(false)
  })

  test('S94: shows what a person is called as text', async () => {
    const account = anAccount({
      name: PROBE,
      loginIds: [PROBE] as readonly string[] as readonly LoginId[],
      roles: [PROBE] as readonly string[] as readonly Role[],
    })
    const answer = await (await anApp(signedIn(account))).ask('GET /account', [SESSION])
    expectPage(answer, 200)
    expect(answer.body).toContain('alert(1)')
  })

  test('is in the language of its links, which come before any other wish', async () => {
    const app = await anApp(signedIn())
    const langOf = async (query: string) =>
      (await app.ask(`GET /account${query}`, [SESSION, 'Accept-Language: de'])).headers.get('content-language')
    expect(await langOf('')).toBe('de')
    expect(await langOf('?ui_locales=hi')).toBe('hi')
    expect(await langOf('?ui_locales=hi&language=en')).toBe('en')
  })

  test('S93: in trouble of every kind is answered with a page that stands in no frame', async () => {
    const busy = await anApp({ describeBrowserSession: async () => Promise.reject(new Unavailable('busy', 7)) })
    expectPage(await busy.ask('GET /account'), 503)
    const broken = await anApp({ describeBrowserSession: async () => Promise.reject(new Error('a bug')) })
    expectPage(await broken.ask('GET /account'), 500)
    expectPage(await broken.ask('GET /account?a=1&a=1'), 400)
    expectPage(await broken.ask('GET /account/none'), 404)
    expectPage(await broken.ask('DELETE /account'), 405)
    expectPage(await broken.ask('DELETE /account/sign-out'), 405)
    expectPage(await broken.ask('POST /account/sign-out', ['Content-Type: text/plain'], 'a'), 415)
    expectPage(await post(broken, 'a'.repeat(65_537)), 413)
  })
})

describe('the sign-out', () => {
  test('is given the session, the token of the form, and who asks', async () => {
    const given: Parameters<EndBrowserSession>[0][] = []
    const app = await anApp({
      endBrowserSession: async (request) => {
        given.push(request)
        return accept(undefined)
      },
    })
    const answer = await post(app, 'formToken=proof', SESSION)
    const requestId = answer.headers.get('x-request-id')
    expect(given).toMatchObject([{ tenant, browserSession: 's', formToken: 'proof', caller: { requestId } }])
    expectPage(answer, 200)
    expect(answer.headers.get('set-cookie')).toBe('__Host-session-demo=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0')
  })

  test('without the token of the session is 403, and the cookie stays', async () => {
    const answer = await post(await anApp({ endBrowserSession: async () => refuse({ code: 'form_token_invalid' }) }), '', SESSION)
    expectPage(answer, 403)
    expect(answer.headers.has('set-cookie')).toBe(false)
  })

  test('S92: by a link does nothing', async () => {
    const answer = await (await anApp()).ask('GET /account/sign-out', [SESSION]) // no use case may be called
    expect([answer.status, answer.headers.get('location'), answer.headers.has('set-cookie')]).toEqual([303, '../account', false])
  })
})

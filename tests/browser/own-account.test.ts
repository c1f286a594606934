/**
 * A person at the own page, in a browser at the real server: another password, the end of an application, another number, and what has
 * happened. Scripts are switched off, and there is no mouse.
 */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Language } from '../../packages/server/src/pages/page.ts'
import { sayIn } from '../../packages/server/src/pages/say.ts'
import { codeIn, newBrowser, VERIFIER } from '../../packages/server/src/testing/page-house.ts'
import { PLAIN_ACCOUNT, valueFrom } from '../../packages/server/src/testing/test-house.ts'
import { expectFits, findChromium, launchChromium } from './launch.ts'
import { type SignInServer, startSignInServer } from './sign-in-server.ts'
import { tabTo, typeIn, withVisitor } from './visitor.ts'

/** Every language, and each width with each theme. Numbers that Germany keeps for films: what a person has, and wants. */
const LOOKS: readonly (readonly [Language, number, 'light' | 'dark', string, string])[] = [
  ['en', 360, 'light', '+4915228817386', '+4915228895456'],
  ['de', 1280, 'light', '+4915228817501', '+4915228895612'],
  ['hi', 360, 'dark', '+4915228817699', '+4915228895713'],
]
const PASSWORD = 'vier blaue tassen'
const NEW_PASSWORD = 'fünf grüne tassen'
const CALLBACK = 'https://web.example/callback'

const noChromium = findChromium() === undefined

describe.skipIf(noChromium)('people at their own page (not run where there is no Chromium on the PATH)', () => {
  let browser: Browser
  let server: SignInServer

  beforeAll(async () => {
    browser = await launchChromium()
    server = await startSignInServer()
    await server.makeWeb('web', CALLBACK)
    const { useCases } = server.house
    const registersIn = { organisation: 'Households' }
    valueFrom(await useCases.setPhones({ tenant: 'acme', countries: ['DE'], registersIn }))
    for (const [, , , number] of LOOKS) {
      const person = { ...PLAIN_ACCOUNT, tenant: 'acme', organisation: 'Households', loginIds: [number], password: PASSWORD }
      valueFrom(await useCases.createAccount(person))
    }
  })

  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  const tokenRequest = (fields: Readonly<Record<string, string>>) =>
    fetch(`${server.address}/oauth2/tokens`, { method: 'POST', body: new URLSearchParams({ client_id: 'web', ...fields }) })

  /** The person signs in for an application. @returns what it refreshes with */
  async function refreshTokenOf(login: string, password: string): Promise<string> {
    const tenant = (await server.house.store.tenants.findByName('acme')) ?? expect.fail('no tenant')
    const elsewhere = newBrowser(server.house.useCases, tenant, server.address)
    const prompt = await elsewhere.open({ clientId: 'web', redirectUri: CALLBACK })
    const code = codeIn((await elsewhere.answer(prompt, { kind: 'password', login, password })).answer)
    const answer = await tokenRequest({ grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: VERIFIER })
    const { refresh_token: token } = (await answer.json()) as { readonly refresh_token: string }
    return token
  }

  /** Types into the field that has the focus, and goes on. */
  async function type(page: Page, id: string, text: string, key: 'Tab' | 'Enter'): Promise<void> {
    await page.locator(`#${id}:focus`).waitFor()
    await page.keyboard.type(text)
    await page.keyboard.press(key)
  }

  it.each(LOOKS)(
    'change password and number, end an application and see it all in %s, %i pixels wide, %s, by keyboard and without scripts',
    async (language, width, colorScheme, number, wanted) => {
      const say = sayIn(language)
      await withVisitor(browser, { language, viewport: { width, height: 800 }, colorScheme }, async ({ page }) => {
        const expectShown = async (heading: string) => {
          await page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor()
          expect(await page.getAttribute('html', 'lang')).toBe(language)
          await expectFits(page, heading)
        }
        const follow = async (name: string) => {
          await tabTo(page, name)
          await page.keyboard.press('Enter')
        }
        await page.goto(`${server.address}/account`)
        await typeIn(page, { login: `0${number.slice(3, 7)} ${number.slice(7)}`, password: PASSWORD })
        await expectShown(say('account.title'))

        await follow(say('account.change-password'))
        await expectShown(say('change-password.title'))
        await type(page, 'current', 'not the one', 'Tab')
        await type(page, 'password', NEW_PASSWORD, 'Enter')
        await page.getByText(say('own.problem.current')).waitFor()
        await type(page, 'current', PASSWORD, 'Tab')
        await type(page, 'password', NEW_PASSWORD, 'Enter')
        await expectShown(say('account.title'))

        const refreshToken = await refreshTokenOf(number, NEW_PASSWORD)
        await page.reload()
        await expectShown(say('account.title'))
        await follow(say('account.end-application'))
        await page.getByRole('heading', { name: say('account.applications') }).waitFor({ state: 'detached' })
        await expectShown(say('account.title'))
        const refreshed = await tokenRequest({ grant_type: 'refresh_token', refresh_token: refreshToken })
        expect([refreshed.status, await refreshed.json()]).toMatchObject([400, { error: 'invalid_grant' }])

        await follow(say('change-number.title'))
        await expectShown(say('change-number.title'))
        await type(page, 'phone', `0${wanted.slice(3, 7)} ${wanted.slice(7)}`, 'Tab')
        await type(page, 'current', NEW_PASSWORD, 'Enter')
        await page.getByText(say('code.sent', { number: wanted })).waitFor()
        await expectShown(say('change-number.title'))
        const [, code = expect.fail('no code was sent')] = /#(\d{6})$/.exec(server.house.outbox.messages()[0]?.text ?? '') ?? []
        await type(page, 'code', code, 'Enter')
        await expectShown(say('account.title'))
        expect(await page.getByText(wanted, { exact: true }).count()).toBe(1)
        expect(server.house.outbox.messages()[0]).toMatchObject({ to: number })

        await follow(say('activity.title'))
        await expectShown(say('activity.title'))
        for (const kind of [
          'number-changed',
          'sessions-ended',
          'application-joined',
          'password-set',
          'sign-in-failed',
          'signed-in',
        ] as const)
          expect(await page.getByText(say(`activity.kind.${kind}`), { exact: true }).count(), kind).toBeGreaterThan(0)
        expect(await page.getByText('Chrome, Linux').count()).toBeGreaterThan(0)
        await follow(say('own.back'))
        await expectShown(say('account.title'))
      })
    },
  )
})

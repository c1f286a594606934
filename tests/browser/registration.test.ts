/**
 * People make an account with a mobile number, and set a new password with it, in a browser at the real server. Scripts are switched off,
 * and there is no mouse.
 */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Language } from '../../packages/server/src/pages/page.ts'
import { sayIn } from '../../packages/server/src/pages/say.ts'
import { valueFrom } from '../../packages/server/src/testing/test-house.ts'
import { expectFits, findChromium, launchChromium } from './launch.ts'
import { type SignInServer, startSignInServer } from './sign-in-server.ts'
import { tabTo, typeIn, withVisitor } from './visitor.ts'

/** Every language, and each width with each theme. Numbers that Germany keeps for films, each for one person. */
const LOOKS: readonly (readonly [Language, number, 'light' | 'dark', string])[] = [
  ['en', 360, 'light', '+4915228817386'],
  ['de', 1280, 'light', '+4915228895456'],
  ['hi', 360, 'dark', '+4915228817501'],
  ['en', 1280, 'dark', '+4915228895612'],
]
const PASSWORD = 'vier blaue tassen'
const NEW_PASSWORD = 'fünf grüne tassen'

const noChromium = findChromium() === undefined

describe.skipIf(noChromium)('people with a mobile number (not run where there is no Chromium on the PATH)', () => {
  let browser: Browser
  let server: SignInServer

  beforeAll(async () => {
    browser = await launchChromium()
    server = await startSignInServer()
    const registersIn = { organisation: 'Households' }
    valueFrom(await server.house.useCases.setPhones({ tenant: 'acme', countries: ['DE'], registersIn }))
  })

  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  function lastCode(): string {
    return /#(\d{6})$/.exec(server.house.outbox.messages()[0]?.text ?? '')?.[1] ?? expect.fail('no code was sent')
  }

  /** Types into the field that has the focus, and goes on. */
  async function type(page: Page, id: string, text: string, key: 'Tab' | 'Enter'): Promise<void> {
    await page.locator(`#${id}:focus`).waitFor()
    await page.keyboard.type(text)
    await page.keyboard.press(key)
  }

  it.each(LOOKS)(
    'register and recover in %s, %i pixels wide, %s, by keyboard and without scripts',
    async (language, width, colorScheme, number) => {
      const say = sayIn(language)
      const national = `0${number.slice(3, 7)} ${number.slice(7)}`
      await withVisitor(browser, { language, viewport: { width, height: 800 }, colorScheme }, async ({ page, context }) => {
        const expectShown = async (heading: string) => {
          await page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor()
          expect(await page.getAttribute('html', 'lang')).toBe(language)
          await expectFits(page, heading)
        }
        await page.goto(`${server.address}/account`)
        await tabTo(page, say('sign-in.register'))
        await page.keyboard.press('Enter')
        await expectShown(say('register.title'))
        await type(page, 'phone', '12', 'Enter')
        await page.getByText(say('phone.problem.phone')).waitFor()
        await expectShown(say('register.title'))
        await page.locator('#phone:focus').waitFor()
        await page.keyboard.press('ControlOrMeta+A')
        await type(page, 'phone', national, 'Enter')
        await page.getByText(say('code.sent', { number })).waitFor()
        await expectShown(say('register.title'))

        const code = lastCode()
        await type(page, 'code', code, 'Tab')
        await type(page, 'name', 'Анна Lind', 'Tab')
        await type(page, 'password', 'password1', 'Enter')
        await page.getByText(say('code.problem.password-common')).waitFor()
        await expectShown(say('register.title'))
        expect(await page.locator('#name').inputValue(), 'what was typed is still there').toBe('Анна Lind')
        await type(page, 'code', code, 'Tab')
        await page.keyboard.press('Tab')
        await type(page, 'password', PASSWORD, 'Enter')
        await expectShown(say('account.title'))
        expect(await page.getByText(number, { exact: true }).count()).toBe(1)

        await context.clearCookies()
        server.house.clock.advance(3_600_000)
        await page.goto(`${server.address}/account`)
        await tabTo(page, say('sign-in.recover'))
        await page.keyboard.press('Enter')
        await expectShown(say('recover.title'))
        await type(page, 'phone', number, 'Enter')
        await page.getByText(say('code.sent', { number })).waitFor()
        await type(page, 'code', lastCode(), 'Tab')
        await type(page, 'password', NEW_PASSWORD, 'Enter')
        await expectShown(say('account.title'))

        await context.clearCookies()
        await page.goto(`${server.address}/account`)
        await typeIn(page, { login: number, password: NEW_PASSWORD })
        await expectShown(say('account.title'))
      })
    },
  )

  it('who changes the language keeps what was typed, and the message is in the new one', async () => {
    await withVisitor(browser, { language: 'en' }, async ({ page }) => {
      server.house.clock.advance(3_600_000)
      await page.goto(`${server.address}/register`)
      await page.locator('#phone').fill('+4915228817699')
      await page.getByRole('button', { name: 'Deutsch' }).click()
      await page.getByRole('heading', { name: sayIn('de')('register.title') }).waitFor()
      expect(await page.locator('#phone').inputValue()).toBe('+4915228817699')
      await page.getByRole('button', { name: sayIn('de')('phone.submit') }).click()
      await page.locator('#code').waitFor()
      expect(server.house.outbox.messages()[0]?.text).toContain('ist Ihr Code für die Registrierung')
    })
  })
})

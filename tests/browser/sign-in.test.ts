/**
 * The sign-in of a VPaaS application, in a browser at the real server, from the address that `login` answers to the tokens. Scripts are
 * switched off, and there is no mouse. Without Chromium on the PATH this file is skipped, unless RINGKEY_REQUIRE_BROWSER=1 says that it
 * must not be.
 */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LANGUAGES, type Language } from '../../packages/server/src/pages/page.ts'
import { sayIn } from '../../packages/server/src/pages/say.ts'
import { expectAccessible, expectFits, findChromium, launchChromium } from './launch.ts'
import { type App, OPENING_NAME, SHOWING_NAME, type SignInServer, startSignInServer } from './sign-in-server.ts'
import { signInToApp, tabTo, typeIn, typePassword, untilSentToApp, withVisitor } from './visitor.ts'

/** Every language narrow and wide, light and dark. */
const LOOKS: readonly (readonly [Language, number, 'light' | 'dark'])[] = [
  ['en', 320, 'light'],
  ['en', 1280, 'dark'],
  ['de', 320, 'dark'],
  ['de', 1280, 'light'],
  ['hi', 320, 'light'],
  ['hi', 1280, 'dark'],
]

const noChromium = findChromium() === undefined

describe.skipIf(noChromium)('a sign-in in a browser (not run where there is no Chromium on the PATH)', () => {
  let browser: Browser
  let server: SignInServer

  beforeAll(async () => {
    browser = await launchChromium()
    server = await startSignInServer()
  })

  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  async function expectTokensFor(app: App, authCode: string): Promise<void> {
    const exchanged = await server.exchange(app, authCode)
    expect(exchanged.status).toBe(200)
    const { accessToken } = (await exchanged.json()) as { accessToken: string }
    expect(await (await server.askWhose(app, accessToken)).json()).toMatchObject({ name: 'Anna', email: server.anna.login })
  }

  it.each(LOOKS)(
    'goes through in %s, %i pixels wide, %s, with the keyboard alone and without scripts',
    async (language, width, colorScheme) => {
      const say = sayIn(language)
      const application = SHOWING_NAME
      await withVisitor(browser, { language, viewport: { width, height: 800 }, colorScheme }, async ({ page }) => {
        const expectShown = async (heading: string) => {
          expect(await page.locator('h1').innerText()).toBe(heading)
          expect(await page.getAttribute('html', 'lang')).toBe(language)
          await expectFits(page, heading)
        }
        await page.goto(await server.startLogin(server.showing))
        await expectShown(say('sign-in.heading.application', { application }))
        await typeIn(page, { ...server.anna, password: 'something else' })
        await page.getByRole('alert').waitFor()
        await expectShown(say('sign-in.heading.application', { application }))
        expect(await page.getByRole('alert').innerText()).toBe(say('sign-in.problem.wrong-name-or-password'))

        // The name is still there, and the focus is where the password goes.
        const opened = await untilSentToApp(page, () => typePassword(page, server.anna))
        await expectShown(say('return.title', { application }))
        const code = await page.getByLabel(say('return.code')).inputValue()
        expect(opened.href).toBe(`smarthubplatform://login?authCode=${code}`)
        expect(await page.getByRole('link').getAttribute('href')).toBe(opened.href)
        expect(code).toMatch(/^[\w-]{43}$/)
        await expectTokensFor(server.showing, code)
      })
    },
  )

  it.each(LANGUAGES)(
    'and the person’s own page can be used by everybody in %s, on every page on the way, narrow and wide, light and dark',
    async (language) => {
      const say = sayIn(language)
      // What looks at the pages is a script; they have none.
      await withVisitor(browser, { language, javaScriptEnabled: true }, async ({ page: first, context }) => {
        const expectUsable = async (page: Page) => {
          const heading = await page.locator('h1').innerText()
          for (const [width, colorScheme] of [
            [320, 'light'],
            [1280, 'dark'],
          ] as const) {
            await page.setViewportSize({ width, height: 800 })
            await page.emulateMedia({ colorScheme })
            await expectFits(page, `${heading}, ${width}`)
            await expectAccessible(page, `${heading}, ${width}`)
          }
        }
        await first.goto(await server.startLogin(server.showing))
        await expectUsable(first)
        await typeIn(first, { ...server.anna, password: 'something else' })
        await first.getByRole('alert').waitFor()
        await expectUsable(first)
        await untilSentToApp(first, () => typePassword(first, server.anna))
        await expectUsable(first)

        const second = await context.newPage()
        await second.goto(`${server.address}/account`)
        await expectUsable(second)
        await typeIn(second, server.anna)
        await second.getByRole('heading', { name: say('account.title'), exact: true }).waitFor()
        await expectUsable(second)
        await second.getByRole('button', { name: say('account.sign-out') }).click()
        await second.getByRole('heading', { name: say('signed-out.title') }).waitFor()
        await expectUsable(second)
        await second.goto(first.url())
        await second.getByRole('heading', { name: say('error.login_state_used.title') }).waitFor()
        await expectUsable(second)
      })
    },
    240_000,
  )

  it('opens the application once more by the link of the page that stays', async () => {
    await withVisitor(browser, {}, async ({ page }) => {
      await page.goto(await server.startLogin(server.showing))
      const code = await signInToApp(page, server.anna)
      // To the link itself: once Chromium has given up on an application, it sometimes takes neither clicks nor keys from a program.
      const again = await untilSentToApp(page, () => page.getByRole('link', { name: `Open ${SHOWING_NAME}` }).dispatchEvent('click'))
      expect(again.searchParams.get('authCode')).toBe(code)
      expect(await page.getByLabel('Sign-in code').inputValue()).toBe(code)
      await expectTokensFor(server.showing, code)
    })
  }, 240_000)

  describe('at an application that shows no code', () => {
    const hopsOf = (requested: readonly string[]) =>
      requested.filter((url) => !url.includes('/style.')).map((url) => url.replace(/^http:\/\/[^/]*/, '').replace(/\?.*/, ''))

    it('goes by redirects alone from the form to the scheme of the application: the policy of the page lets it', async () => {
      await withVisitor(browser, {}, async ({ page, requested }) => {
        await page.goto(await server.startLogin(server.opening))
        expect(await page.locator('h1').innerText()).toBe(`Sign in to ${OPENING_NAME}`)
        const code = await signInToApp(page, server.anna)
        expect(hopsOf(requested)).toEqual(['/oauth2/auth', '/oauth2/auth', '/user/api/v2/login-complete', 'smarthubplatform://login'])
        await expectTokensFor(server.opening, code)
      })
    })

    it('would be stopped on its way by a policy that names our own address alone', async () => {
      await withVisitor(browser, {}, async ({ page, requested }) => {
        await narrowPolicy(page)
        await page.goto(await server.startLogin(server.opening))
        const stopped = page.waitForEvent('requestfailed', (request) => request.url().includes('/login-complete'))
        await typeIn(page, server.anna)
        await stopped
        expect(hopsOf(requested)).toEqual(['/oauth2/auth', '/oauth2/auth', '/user/api/v2/login-complete'])
      })
    })
  })

  it('that is cancelled tells the application so', async () => {
    for (const app of [server.showing, server.opening]) {
      await withVisitor(browser, {}, async ({ page, context }) => {
        await page.goto(await server.startLogin(app))
        const back = await untilSentToApp(page, async () => {
          await tabTo(page, 'Cancel')
          await page.keyboard.press('Enter')
        })
        expect(back.href).toBe('smarthubplatform://login?error=access_denied')
        expect(await context.cookies()).toEqual([])
      })
    }
  })
})

/** The sign-in page with a policy as it would be if redirects were not thought of. */
async function narrowPolicy(page: Page): Promise<void> {
  await page.route('**/oauth2/auth?*', async (route) => {
    const response = await route.fetch()
    const headers = response.headers()
    const policy = headers['content-security-policy'] ?? ''
    expect(policy).toContain("form-action 'self' smarthubplatform:")
    await route.fulfill({ response, headers: { ...headers, 'content-security-policy': policy.replace(/(form-action 'self')[^;]*/, '$1') } })
  })
}

/**
 * What goes wrong on the way of a sign-in, and what a person does about it, in a browser at the real server. Without Chromium on the PATH
 * this file is skipped, unless RINGKEY_REQUIRE_BROWSER=1 says that it must not be.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page, Route } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findChromium, launchChromium } from './launch.ts'
import { type Person, SHOWING_NAME, type SignInServer, startSignInServer } from './sign-in-server.ts'
import { signInToApp, tabTo, typeIn, typePassword, untilSentToApp, withVisitor } from './visitor.ts'

const TITLE_OF_OLD = 'This sign-in can no longer be used'
const PAGE_SECONDS = 600

const noChromium = findChromium() === undefined

describe.skipIf(noChromium)('a sign-in that does not go smoothly (not run where there is no Chromium on the PATH)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ringkey-sign-in-'))
  let browser: Browser
  let server: SignInServer

  beforeAll(async () => {
    browser = await launchChromium()
    server = await startSignInServer({ path: join(folder, 'ringkey.sqlite') })
  })

  afterAll(async () => {
    await browser?.close()
    await server?.stop()
    rmSync(folder, { recursive: true })
  })

  const heading = (page: Page) => page.locator('h1').innerText()
  const visit = (use: (page: Page) => Promise<void>) => withVisitor(browser, {}, ({ page }) => use(page))

  async function statusOfExchange(code: string): Promise<number> {
    return (await server.exchange(server.showing, code)).status
  }

  it('keeps the name after a wrong password, and goes on with the right one', async () => {
    await visit(async (page) => {
      await page.goto(await server.startLogin(server.showing))
      const answered = page.waitForResponse((response) => response.request().method() === 'POST')
      await typeIn(page, { ...server.anna, password: 'something else' })
      expect((await answered).status()).toBe(403)
      await page.getByRole('alert').waitFor()
      expect(await page.inputValue('#login')).toBe(server.anna.login)
      expect(await page.inputValue('#password')).toBe('')
      const back = await untilSentToApp(page, () => typePassword(page, server.anna))
      expect(await statusOfExchange(back.searchParams.get('authCode') ?? '')).toBe(200)
    })
  })

  it('S70: tells who has guessed too often how long to wait, and lets the owner in after that time', async () => {
    await visit(async (page) => {
      await page.goto(await server.startLogin(server.showing))
      const nobody = { login: 'nobody@acme.example', password: 'a guess' }
      await typeIn(page, nobody)
      const problem = () => page.getByRole('alert').innerText()
      for (let guess = 1; !(await problem()).includes('too many'); guess += 1) {
        expect(guess).toBeLessThanOrEqual(10)
        const answered = page.waitForResponse((response) => response.request().method() === 'POST')
        await typePassword(page, nobody)
        await (await answered).finished()
        await page.getByRole('alert').waitFor()
      }
      expect(await problem()).toMatch(/^There were too many attempts\. Please try again in \d+ (?:seconds|minutes?)\.$/)
      await server.house.wait(PAGE_SECONDS / 10)
      await page.locator('#login').fill('')
      await page.locator('#login').focus()
      expect(await signInToApp(page, server.bert)).not.toBe('')
    })
  })

  it('changes its language with what was typed, and goes on in that language', async () => {
    await visit(async (page) => {
      await page.goto(await server.startLogin(server.showing))
      await page.locator('#login:focus').waitFor()
      await page.keyboard.type(server.anna.login)
      await tabTo(page, 'Deutsch')
      await page.keyboard.press('Enter')
      await page.getByRole('button', { name: 'Anmelden' }).waitFor()
      expect(await page.inputValue('#login')).toBe(server.anna.login)
      await tabTo(page, 'हिन्दी')
      await page.keyboard.press('Enter')
      await page.getByRole('button', { name: 'साइन इन करें' }).waitFor()
      expect(await page.inputValue('#login')).toBe(server.anna.login)
      const back = await untilSentToApp(page, () => typePassword(page, server.anna))
      expect(await statusOfExchange(back.searchParams.get('authCode') ?? '')).toBe(200)
    })
  })

  it('is not done twice by the way back: the page is fresh, and what it leads to says that all is done', async () => {
    await visit(async (page) => {
      await page.goto(await server.startLogin(server.showing))
      const code = await signInToApp(page, server.anna)
      await page.goBack()
      expect(await heading(page)).toBe(`Sign in to ${SHOWING_NAME}`)
      expect(await page.inputValue('#password')).toBe('')
      // In a page of its own: Chromium hands neither keys nor clicks reliably to one from which it has asked for an unknown scheme.
      const again = await page.context().newPage()
      await again.goto(page.url())
      await typeIn(again, server.anna)
      await again.getByRole('heading', { name: 'This sign-in is already finished' }).waitFor()
      expect(await statusOfExchange(code), 'the first stays good').toBe(200)
    })
  })

  it('says that it is over to a form that is sent a second time', async () => {
    await withVisitor(browser, {}, async ({ page, context }) => {
      const location = await server.startLogin(server.showing)
      await page.goto(location)
      const second = await context.newPage()
      await second.goto(location)
      expect(await signInToApp(page, server.anna)).not.toBe('')
      await typeIn(second, server.anna)
      await second.getByRole('heading', { name: TITLE_OF_OLD }).waitFor()
    })
  })

  it('goes on beside another one in a second tab, each to an end of its own', async () => {
    await withVisitor(browser, {}, async ({ page, context }) => {
      const second = await context.newPage()
      await page.goto(await server.startLogin(server.showing))
      await second.goto(await server.startLogin(server.opening))
      await page.bringToFront()
      const code = await signInToApp(page, server.anna)
      await second.bringToFront()
      const other = await signInToApp(second, server.bert)
      const emails = []
      for (const [app, one] of [
        [server.showing, code],
        [server.opening, other],
      ] as const) {
        const { accessToken } = (await (await server.exchange(app, one)).json()) as { accessToken: string }
        emails.push(((await (await server.askWhose(app, accessToken)).json()) as { email: string }).email)
      }
      expect(emails).toEqual([server.anna.login, server.bert.login])
      expect((await context.cookies()).map(({ name }) => name)).toEqual(['__Host-device-acme'])
    })
  })

  it('goes on after nearly ten minutes, and says after ten that it has expired', async () => {
    for (const [seconds, isGood] of [
      [PAGE_SECONDS - 1, true],
      [PAGE_SECONDS, false],
    ] as const) {
      await visit(async (page) => {
        await page.goto(await server.startLogin(server.showing))
        await server.house.wait(seconds)
        if (isGood) return expect(await signInToApp(page, server.anna)).not.toBe('')
        await typeIn(page, server.anna)
        await page.getByRole('heading', { name: TITLE_OF_OLD }).waitFor()
      })
    }
  })

  it('S170: goes on where the server was begun anew while its page was open', async () => {
    await visit(async (page) => {
      await page.goto(await server.startLogin(server.showing))
      await server.restart()
      expect(await statusOfExchange(await signInToApp(page, server.anna))).toBe(200)
    })
  })

  it('S170: goes on where the server was begun anew on the way back from its page', async () => {
    await visit(async (page) => {
      await page.goto(await server.startLogin(server.showing))
      const location = await sendOnly(page, server.anna)
      await server.restart()
      const back = await untilSentToApp(page, () => page.goto(location))
      expect(await statusOfExchange(back.searchParams.get('authCode') ?? '')).toBe(200)
    })
  })

  /** Sends the form, and stops the browser before it follows the answer. @returns where it would have gone */
  async function sendOnly(page: Page, person: Person): Promise<string> {
    let location = ''
    await page.route('**/oauth2/auth', async (route) => {
      const { headers } = await fetchAsIs(route, page)
      location = headers.get('location') ?? ''
      const cookies = { 'set-cookie': headers.getSetCookie().join('\n') }
      await route.fulfill({ contentType: 'text/html', headers: cookies, body: '<h1>on the way</h1>' })
    })
    await typeIn(page, person)
    await page.getByRole('heading', { name: 'on the way' }).waitFor()
    return location
  }
})

/** What is intercepted has not yet all the headers that a browser sends. */
async function fetchAsIs(route: Route, page: Page): Promise<Response> {
  const request = route.request()
  const cookies = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin', cookie: cookies }
  return fetch(request.url(), { method: request.method(), headers, body: request.postData(), redirect: 'manual' })
}

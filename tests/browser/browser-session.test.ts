/**
 * How long a browser stays signed in, and what it holds for that, at the real server. Without Chromium on the PATH this file is skipped,
 * unless RINGKEY_REQUIRE_BROWSER=1 says that it must not be.
 */
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { valueFrom } from '../../packages/server/src/testing/test-house.ts'
import { findChromium, launchChromium } from './launch.ts'
import { type ListeningSite, openSite } from './listening-site.ts'
import { authorizationUrl, type Person, type SignInServer, startSignInServer, VERIFIER } from './sign-in-server.ts'
import { signInToApp, tabTo, typeIn, untilSentToApp, withVisitor } from './visitor.ts'

const SESSION_COOKIE = '__Host-session-acme'
const DEVICE_COOKIE = '__Host-device-acme'
const CLIENT_ID = 'web'

const noChromium = findChromium() === undefined

const sessionsIn = async (context: BrowserContext) => (await context.cookies()).filter(({ name }) => name === SESSION_COOKIE)

describe.skipIf(noChromium)('a browser in which somebody signs in (not run where there is no Chromium on the PATH)', () => {
  let browser: Browser
  let server: SignInServer
  let site: ListeningSite
  let callback: string

  beforeAll(async () => {
    browser = await launchChromium()
    server = await startSignInServer()
    site = await openSite()
    callback = `http://127.0.0.1:${site.port}/callback`
    site.show('/callback', '<!doctype html><title>back</title><h1>Welcome back</h1><img src="/picture">')
    await server.makeWeb(CLIENT_ID, callback)
  })

  afterAll(async () => {
    await browser?.close()
    await server?.stop()
    await site?.close()
  })

  const open = (page: Page, more: Readonly<Record<string, string>> = {}) => page.goto(authorizationUrl(server, CLIENT_ID, callback, more))
  const visit = (use: (page: Page, context: BrowserContext) => Promise<void>) =>
    withVisitor(browser, {}, ({ page, context }) => use(page, context))

  async function untilBack(page: Page, act: () => Promise<unknown>): Promise<URL> {
    await Promise.all([page.waitForURL((url) => url.pathname === '/callback'), act()])
    return new URL(page.url())
  }

  const press = async (page: Page, button: string) => {
    await tabTo(page, button)
    await page.keyboard.press('Enter')
  }

  /** Who the tokens of a code are for. */
  async function subjectOf(back: URL): Promise<unknown> {
    expect(back.searchParams.get('state')).toBe('the state')
    expect(back.searchParams.get('iss')).toBe(server.address)
    const fields = { grant_type: 'authorization_code', code: back.searchParams.get('code') ?? '', redirect_uri: callback }
    const body = new URLSearchParams({ ...fields, client_id: CLIENT_ID, code_verifier: VERIFIER })
    const answer = await fetch(`${server.address}/oauth2/tokens`, { method: 'POST', body })
    expect(answer.status).toBe(200)
    const { access_token: token } = (await answer.json()) as { access_token: string }
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).sub
  }

  async function idOf({ login }: Person): Promise<unknown> {
    const accounts = valueFrom(await server.house.useCases.list.accounts('acme'))
    return accounts.find(({ loginIds }) => loginIds.some((id) => String(id) === login))?.id
  }

  async function signInAt(page: Page, person: Person): Promise<URL> {
    await open(page)
    return untilBack(page, () => typeIn(page, person))
  }

  describe('at an application of the page’s own door', () => {
    it('goes on with one key at the next sign-in', async () => {
      await visit(async (page) => {
        expect(await subjectOf(await signInAt(page, server.anna))).toBe(await idOf(server.anna))
        await open(page)
        expect(await page.locator('#password').count()).toBe(0)
        const back = await untilBack(page, () => press(page, 'Continue as Anna'))
        expect(await subjectOf(back)).toBe(await idOf(server.anna))
      })
    })

    it('may be used by somebody else at the next sign-in', async () => {
      await visit(async (page) => {
        await signInAt(page, server.anna)
        await open(page)
        await press(page, 'Use another account')
        await page.locator('#password').waitFor()
        const back = await untilBack(page, () => typeIn(page, server.bert))
        expect(await subjectOf(back)).toBe(await idOf(server.bert))
      })
    })

    it('goes on as nobody where the application wants none of it', async () => {
      await visit(async (page) => {
        await signInAt(page, server.anna)
        for (const address of [
          authorizationUrl(server, CLIENT_ID, callback, { prompt: 'x-no-sso' }),
          await server.startLogin(server.showing),
        ]) {
          await page.goto(address)
          expect(await page.getByRole('button', { name: 'Continue as' }).count()).toBe(0)
          expect(await page.locator('#password').count()).toBe(1)
        }
      })
    })

    it('S65: tells the application nothing of where it was: no page of it gets a Referer', async () => {
      site.show('/callback', '<!doctype html><title>back</title><h1>Welcome back</h1><img src="/picture">')
      const before = site.requests.length
      await visit(async (page) => {
        await signInAt(page, server.anna)
        await open(page)
        await untilBack(page, () => press(page, 'Continue as Anna'))
      })
      const came = site.requests.slice(before).filter(({ url }) => url.startsWith('/callback'))
      expect(came).toHaveLength(2)
      for (const { headers } of came) expect(headers).not.toHaveProperty('referer')
    })
  })

  describe('holds', () => {
    it('S89: for one sign-in a cookie of this host alone, that no script reads, with another value after the password than before', async () => {
      await visit(async (page, context) => {
        await page.goto(await server.startLogin(server.showing))
        const [before, ...more] = await context.cookies()
        expect(more).toEqual([])
        expect(before?.name).toMatch(/^__Host-sign-in-[\w-]{16}$/)
        expect(before).toMatchObject({ domain: '127.0.0.1', path: '/', secure: true, httpOnly: true, sameSite: 'Lax' })
        const set: Promise<string | null>[] = []
        page.on('response', (response) => void set.push(response.headerValue('set-cookie')))
        await signInToApp(page, server.anna)
        const [after = '', cleared = ''] = (await Promise.all(set)).flatMap((lines) => lines?.split('\n')[0] ?? [])
        expect(after).toMatch(new RegExp(`^${before?.name}=[\\w-]{43}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=600$`))
        expect(after).not.toContain(before?.value)
        expect(cleared).toBe(`${before?.name}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0`)
        const left = (await context.cookies()).map(({ name }) => name)
        expect(left, 'what the browser is known by, which signs nobody in, is all that is left').toEqual([DEVICE_COOKIE])
      })
    })

    it('S89: a session of its own after each sign-in, and never one that was there before', async () => {
      const stranger = await visitFor(server.bert)
      await visit(async (page, context) => {
        await plant(page, `${SESSION_COOKIE}=${stranger}; Path=/; Secure; HttpOnly; SameSite=Lax`)
        await server.house.wait(2)
        await open(page, { max_age: '1' })
        await untilBack(page, () => typeIn(page, server.anna))
        const held = await sessionsIn(context)
        expect(held).toHaveLength(1)
        expect(held[0]).toMatchObject({
          name: SESSION_COOKIE,
          domain: '127.0.0.1',
          path: '/',
          secure: true,
          httpOnly: true,
          sameSite: 'Lax',
        })
        expect(held[0]?.value).not.toBe(stranger)
        await server.house.wait(2)
        await open(page, { max_age: '1' })
        await untilBack(page, () => typeIn(page, server.anna))
        expect((await sessionsIn(context))[0]?.value).not.toBe(held[0]?.value)
      })
    })
  })

  /** As if a page of this host had set a cookie. */
  async function plant(page: Page, cookie: string): Promise<void> {
    await page.route('**/planted', (route) =>
      route.fulfill({ contentType: 'text/html', headers: { 'set-cookie': cookie }, body: 'planted' }),
    )
    await page.goto(`${server.address}/planted`)
    expect(await page.context().cookies()).toHaveLength(1)
  }

  /** What a browser holds in which somebody has signed in. */
  async function visitFor(person: Person): Promise<string> {
    let held = ''
    await visit(async (page, context) => {
      await signInAt(page, person)
      held = (await context.cookies()).find(({ name }) => name === SESSION_COOKIE)?.value ?? ''
    })
    expect(held).not.toBe('')
    return held
  }

  it('shows its person what is kept, and is signed out with the keyboard alone', async () => {
    await visit(async (page, context) => {
      await page.goto(`${server.address}/account`)
      await typeIn(page, server.anna)
      await page.getByRole('heading', { name: 'Your account', exact: true }).waitFor()
      const shown = await page.locator('main').innerText()
      expect(shown).toContain(server.anna.login)
      expect(shown).toContain(String(await idOf(server.anna)))
      await press(page, 'Sign out')
      await page.getByRole('heading', { name: 'You are signed out' }).waitFor()
      expect((await context.cookies()).map(({ name }) => name)).toEqual([DEVICE_COOKIE])
      await press(page, 'Sign in again')
      await page.locator('#password').waitFor()
      await open(page)
      expect(await page.getByRole('button', { name: 'Continue as' }).count()).toBe(0)
    })
  })

  it('that is told to leave nothing does not sign out who was signed in before', async () => {
    await visit(async (page) => {
      await signInAt(page, server.anna)
      await page.goto(await server.startLogin(server.showing))
      await untilSentToApp(page, () => typeIn(page, server.bert))
      await page.goto(`${server.address}/account`)
      expect(await page.locator('main').innerText()).toContain(server.anna.login)
    })
  })
})

/**
 * What a page of another site can do to a person at the real server: nothing. Its scripts run; it stands on this host at another port,
 * which browsers hold for the same site, and on another host. Without Chromium on the PATH this file is skipped, unless
 * RINGKEY_REQUIRE_BROWSER=1 says that it must not be.
 */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findChromium, launchChromium } from './launch.ts'
import { type ListeningSite, openSite } from './listening-site.ts'
import { type SignInServer, startSignInServer } from './sign-in-server.ts'
import { typeIn, withVisitor } from './visitor.ts'

/** The first shares our cookies, because ports do not part them (RFC 6265, section 8.5). */
const HOSTS = ['127.0.0.1', 'localhost'] as const

const noChromium = findChromium() === undefined

describe.skipIf(noChromium)('a hostile page (not run where there is no Chromium on the PATH)', () => {
  let browser: Browser
  let server: SignInServer
  let site: ListeningSite

  beforeAll(async () => {
    browser = await launchChromium()
    server = await startSignInServer()
    site = await openSite()
  })

  afterAll(async () => {
    await browser?.close()
    await server?.stop()
    await site?.close()
  })

  const visit = (use: (page: Page) => Promise<void>) => withVisitor(browser, { javaScriptEnabled: true }, ({ page }) => use(page))

  async function signIn(page: Page): Promise<void> {
    await page.goto(`${server.address}/account`)
    await typeIn(page, server.anna)
    await page.getByRole('heading', { name: 'Your account', exact: true }).waitFor()
  }

  async function expectSignedIn(page: Page, isSignedIn: boolean): Promise<void> {
    await page.goto(`${server.address}/account`)
    expect(await page.locator('h1').innerText()).toBe(isSignedIn ? 'Your account' : 'Sign in to your account')
  }

  /** Goes to a page of the other site that sends a form by itself. @returns the status of what comes of it */
  async function sendForm(page: Page, host: string, path: string, fields: Readonly<Record<string, string>>): Promise<number> {
    const inputs = Object.entries(fields).map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`)
    const form = `<form method="post" action="${server.address}${path}">${inputs.join('')}</form>`
    site.show('/form', `<!doctype html><title>win</title>${form}<script>document.forms[0].submit()</script>`)
    const [response] = await Promise.all([
      page.waitForResponse((each) => each.request().method() === 'POST'),
      page.goto(`http://${host}:${site.port}/form`).catch(() => {}), // the form may be quicker than the page
    ])
    await response.finished()
    return response.status()
  }

  /** What the forms of a page carry. */
  async function fieldOf(page: Page, name: string): Promise<string> {
    return page.locator(`input[name=${name}]`).first().inputValue()
  }

  it.each(HOSTS)('S91: at %s cannot sign a person in as somebody else', async (host) => {
    await visit(async (page) => {
      await page.goto(`${server.address}/account`)
      // What is sealed for this very browser, which no other site could know.
      const request = await fieldOf(page, 'request')
      const { login, password } = server.bert
      expect(await sendForm(page, host, '/oauth2/auth', { request, login, password, answer: 'password' })).toBe(403)
      await page.getByRole('heading', { name: 'This request came from another website' }).waitFor()
      await expectSignedIn(page, false)
    })
  })

  it.each(HOSTS)('S91: at %s cannot sign a person out, whatever its form carries', async (host) => {
    await visit(async (page) => {
      await signIn(page)
      const formToken = await fieldOf(page, 'formToken')
      for (const fields of [{}, { formToken: 'made-up' }, { formToken }])
        expect(await sendForm(page, host, '/account/sign-out', fields)).toBe(403)
      await expectSignedIn(page, true)
    })
  })

  it('S92: does not sign a person out by a picture or a link', async () => {
    for (const host of HOSTS) {
      await visit(async (page) => {
        await signIn(page)
        const address = `${server.address}/account/sign-out`
        site.show('/picture', `<!doctype html><title>look</title><img src="${address}"><a href="${address}">look</a>`)
        const asked = page.waitForRequest(address)
        await page.goto(`http://${host}:${site.port}/picture`)
        await asked
        await page.getByRole('link').click()
        await page.getByRole('heading', { name: 'Your account', exact: true }).waitFor()
        await expectSignedIn(page, true)
      })
    }
  })

  describe('S93: shows none of our pages in a frame', () => {
    const framedAt = async (page: Page, host: string, address: string): Promise<string> => {
      site.show('/framing', `<!doctype html><title>frame</title><iframe src="${address}"></iframe>`)
      await page.goto(`http://${host}:${site.port}/framing`)
      return page.frameLocator('iframe').locator('body').innerText()
    }
    const addresses = async () => [
      await server.startLogin(server.showing),
      `${server.address}/oauth2/auth?client_id=nobody`,
      `${server.address}/account/x`,
    ]

    it('neither the sign-in nor an error', async () => {
      await visit(async (page) => {
        for (const host of HOSTS)
          for (const address of await addresses()) expect(await framedAt(page, host, address)).not.toMatch(/Sign in|application|page/)
      })
    })

    it('though it shows a page that lets it', async () => {
      await visit(async (page) => {
        site.show('/own', '<!doctype html><title>own</title>Sign in here')
        expect(await framedAt(page, 'localhost', `http://127.0.0.1:${site.port}/own`)).toContain('Sign in here')
      })
    })
  })
})

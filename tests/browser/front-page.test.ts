/**
 * The front page of the demo, with and without its script, at the real server. Without Chromium on the PATH this file is skipped, unless
 * RINGKEY_REQUIRE_BROWSER=1 says that it must not be.
 */
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DemoServer, startDemoServer } from './demo-server.ts'
import { expectAccessible, expectFits, findChromium, launchChromium } from './launch.ts'
import { type ListeningSite, openSite } from './listening-site.ts'
import { typeIn, withVisitor } from './visitor.ts'

const noChromium = findChromium() === undefined

/** What a page does by itself, and with the browser's script switched off. */
const WAYS = [
  { way: 'with its script', javaScriptEnabled: true },
  { way: 'without a script', javaScriptEnabled: false },
]

describe.skipIf(noChromium)('the front page in a browser (not run where there is no Chromium on the PATH)', () => {
  let browser: Browser
  let server: DemoServer

  beforeAll(async () => {
    browser = await launchChromium()
    server = await startDemoServer()
  })

  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  /** Opens the front page, and in the end has it that nothing was asked of another host and nothing was refused by its policy. */
  async function visit(options: BrowserContextOptions, use: (page: Page) => Promise<void>, path = '/'): Promise<void> {
    const troubles: string[] = []
    await withVisitor(browser, options, async ({ page, context, requested }) => {
      const listen = (each: Page) => {
        each.on('console', (message) => void (message.type() === 'error' && troubles.push(message.text())))
        each.on('pageerror', (error) => void troubles.push(error.message))
      }
      listen(page)
      context.on('page', listen)
      await page.goto(server.address + path)
      await use(page)
      expect(requested.filter((url) => !url.startsWith(`${server.address}/`) && !url.startsWith('smarthubplatform:'))).toEqual([])
    })
    expect(troubles.filter((text) => !text.includes("Failed to launch 'smarthubplatform:"))).toEqual([])
  }

  /** The part of the page for a door; a form's own page has one door. */
  const doorOf = (page: Page, door: string): Locator => page.locator(`#${door}, main:has(#result)`).first()

  async function press(page: Page, door: string, button: string): Promise<void> {
    const shown = page.locator('.result')
    const before = (await shown.count()) > 0 ? await shown.elementHandle() : null
    await doorOf(page, door).getByRole('button', { name: button, exact: true }).first().click()
    // The result before has gone, by another one or by another page.
    if (before !== null)
      await expect.poll(() => before.evaluate((element: { isConnected: boolean }) => element.isConnected).catch(() => false)).toBe(false)
    await page.locator('.result h3').waitFor()
  }

  const titleIn = (page: Page) => page.locator('.result h3').innerText()
  const tokenIn = (page: Page) => page.locator('.result pre.token').innerText()

  async function expectGood(page: Page, about: string): Promise<void> {
    expect(await page.locator('.verdict').innerText()).toMatch(/^Checked: the token is good \(200\)\. Good for another [\d hmins]+\.$/)
    expect(await page.locator('.result').innerText()).toContain(about)
    const check = await fetch(`${server.address}/verify`, { headers: { authorization: `Bearer ${await tokenIn(page)}` } })
    expect(check.status).toBe(200)
  }

  describe.each(WAYS)('$way', ({ javaScriptEnabled }) => {
    it.each(['voipex', 'smartflo'])('gets a token at %s, decoded and checked, checks it again and refreshes it', async (door) => {
      await visit({ javaScriptEnabled }, async (page) => {
        await press(page, door, 'Get a token')
        expect(await titleIn(page)).toBe('Here is the token')
        await expectGood(page, 'The token is signed')
        expect(await page.locator('.result table').first().innerText()).toContain('alg')
        const token = await tokenIn(page)
        await press(page, door, 'Check again')
        expect([await titleIn(page), await tokenIn(page)]).toEqual(['A good token', token])
        server.house.clock.advance(2000)
        await press(page, door, 'Refresh')
        expect(await titleIn(page)).toBe('Here is the token')
        expect(await tokenIn(page)).not.toBe(token)
        await expectGood(page, 'The token is signed')
        expect(page.url() === `${server.address}/`).toBe(javaScriptEnabled)
      })
    })

    it('gets a token at Servetel, which is a tenant of its own', async () => {
      await visit({ javaScriptEnabled }, async (page) => {
        await page.getByRole('link', { name: 'Also here: servetel' }).click()
        await press(page, 'servetel', 'Get a token')
        expect(await titleIn(page)).toBe('Here is the token')
        expect(await page.locator('.result').innerText()).toContain('/t/servetel/')
        await press(page, 'servetel', 'Refresh')
        expect(await titleIn(page)).toBe('Here is the token')
      })
    })

    it('gets a sealed token at VPaaS: from the key by way of the sign-in page to the code, the token and its refreshing', async () => {
      const { email, password } = server.settingsOf('vpaas')
      await visit({ javaScriptEnabled }, async (page) => {
        await press(page, 'vpaas', 'Start the login')
        expect(await titleIn(page)).toBe('Now sign in')
        const [tab] = await Promise.all([
          page.context().waitForEvent('page'),
          page.getByRole('link', { name: 'Sign in (opens a new tab)' }).click(),
        ])
        await typeIn(tab, { login: String(email), password: String(password) })
        await tab.waitForURL('**/login-complete?**')
        const code = await tab.locator('input.code').inputValue()
        await tab.close()
        await page.getByLabel('The code (authCode)').fill(code)
        await press(page, 'vpaas', 'Exchange the code')
        await expectGood(page, 'The token is sealed')
        await press(page, 'vpaas', 'Refresh')
        await expectGood(page, 'The token is sealed')
      })
    })

    it('gets a token at the IDM: by way of the sign-in page to a code, which the demo’s page shows, the token and its refreshing', async () => {
      const { email, password } = server.settingsOf('idm')
      await visit({ javaScriptEnabled }, async (page) => {
        await press(page, 'idm', 'Start the sign-in')
        expect(await titleIn(page)).toBe('Now sign in')
        const [tab] = await Promise.all([
          page.context().waitForEvent('page'),
          page.getByRole('link', { name: 'Sign in (opens a new tab)' }).click(),
        ])
        await typeIn(tab, { login: String(email), password: String(password) })
        await tab.waitForURL('**/try/idm?code=**')
        const code = await tab.getByLabel('The code').inputValue()
        await expectFits(tab, 'the code')
        await tab.close()
        await page.getByLabel('The code', { exact: true }).fill(code)
        await press(page, 'idm', 'Exchange the code')
        expect(await titleIn(page)).toBe('Here is the token')
        await expectGood(page, 'The token is signed')
        server.house.clock.advance(2000)
        await press(page, 'idm', 'Refresh')
        await expectGood(page, 'The token is signed')
      })
    })

    it('has any token checked', async () => {
      await visit({ javaScriptEnabled }, async (page) => {
        await doorOf(page, 'checking').getByLabel('Token', { exact: true }).fill('eyJhbGciOiJub25lIn0.e30.')
        await press(page, 'checking', 'Check')
        expect(await titleIn(page)).toBe('Not a good token')
        expect(await page.locator('.verdict').innerText()).toContain('not good (401)')
      })
    })

    it('says what is wrong where a password is, and keeps what else was typed', async () => {
      await visit({ javaScriptEnabled }, async (page) => {
        await doorOf(page, 'smartflo').getByLabel('E-mail or login id').fill('nobody@demo.example')
        await doorOf(page, 'smartflo').getByLabel('Password').fill('a wrong password')
        await press(page, 'smartflo', 'Get a token')
        expect(await titleIn(page)).toBe('Refused')
        const text = await page.locator('.result').innerText()
        expect(text).toContain('The username or password is incorrect.')
        expect(text).toContain('401 Unauthorized')
        expect(text).not.toContain('a wrong password')
        expect(await doorOf(page, 'smartflo').getByLabel('E-mail or login id').inputValue()).toBe('nobody@demo.example')
      })
    })

    it('is used with the keyboard alone', async () => {
      await visit({ javaScriptEnabled }, async (page) => {
        await doorOf(page, 'smartflo').getByLabel('E-mail or login id').focus()
        await page.keyboard.press('Tab')
        await page.keyboard.press('Enter')
        await page.locator('.result h3').waitFor()
        expect(await titleIn(page)).toBe('Here is the token')
      })
    })

    it('has nothing to press that is smaller than 44 pixels', async () => {
      await visit({ javaScriptEnabled, viewport: { width: 320, height: 640 } }, async (page) => {
        await press(page, 'smartflo', 'Get a token')
        const small = await page.locator('a, button, summary, input:not([type=hidden])').evaluateAll((targets: readonly Target[]) =>
          targets
            .filter((target) => {
              const { width, height } = target.getBoundingClientRect()
              return width > 0 && Math.min(width, height) < 44
            })
            .map(({ outerHTML }) => outerHTML),
        )
        expect(small).toEqual([])
      })
    })
  })

  // Nothing can be asked of a page in a browser without scripts, so that the script is kept from it.
  describe.each([{ isLive: true }, { isLive: false }])('to the eye, live: $isLive,', ({ isLive }) => {
    const look = ({ isLive, ...options }: BrowserContextOptions & { readonly isLive: boolean }, use: (page: Page) => Promise<void>) =>
      visit({ ...options, javaScriptEnabled: true }, async (page) => {
        if (!isLive) await page.route('**/assets/front-page.*', (route) => route.fulfill({ contentType: 'text/javascript', body: '' }))
        await page.goto(`${server.address}/`)
        await use(page)
        expect(page.url() === `${server.address}/`).toBe(isLive)
      })

    it.each([320, 1280])(
      'fits and can be used by everybody, %i pixels wide, light and dark, before and after',
      async (width) => {
        for (const colorScheme of ['light', 'dark'] as const) {
          await look({ isLive, colorScheme, viewport: { width, height: 640 } }, async (page) => {
            const expectFine = async (hint: string) => {
              await expectFits(page, hint)
              await expectAccessible(page, hint)
            }
            await expectFine(`${colorScheme}, the front page`)
            for (const [door, button] of [
              ['smartflo', 'Get a token'],
              ['vpaas', 'Start the login'],
            ] as const) {
              await page.goto(`${server.address}/`)
              await press(page, door, button)
              for (const summary of await page.locator('summary').all()) await summary.click()
              await expectFine(`${colorScheme}, ${door}`)
            }
          })
        }
      },
      240_000,
    )

    it('fits and can be used by everybody in colours that the reader has chosen', async () => {
      await look({ isLive, forcedColors: 'active', viewport: { width: 320, height: 200 } }, async (page) => {
        await press(page, 'smartflo', 'Get a token')
        await expectFits(page, 'forced colours')
        await expectAccessible(page, 'forced colours')
      })
    })
  })

  describe('made live', () => {
    it('moves the focus to the result and says what it is', async () => {
      await visit({ javaScriptEnabled: true }, async (page) => {
        await press(page, 'smartflo', 'Get a token')
        expect(await page.locator(':focus').innerText()).toBe('Here is the token')
        expect(await page.getByRole('status').innerText()).toBe('Here is the token')
      })
    })

    it('counts down the seconds that a token has left', async () => {
      await visit({ javaScriptEnabled: true }, async (page) => {
        await page.clock.install()
        await press(page, 'smartflo', 'Get a token')
        const left = page.locator('[data-remaining]')
        await page.clock.runFor(61_000)
        expect(await left.innerText()).toMatch(/^58 min 5\d s$/)
        await page.clock.runFor(3_600_000)
        expect(await left.innerText()).toBe('nothing: it has expired')
      })
    })

    it('copies a command', async () => {
      await visit({ javaScriptEnabled: true, permissions: ['clipboard-read', 'clipboard-write'] }, async (page) => {
        await doorOf(page, 'smartflo').getByRole('button', { name: 'Copy' }).first().click()
        await page.getByText('Copied').waitFor()
        const copied = await page.evaluate(() => (globalThis as unknown as { navigator: Clipboard }).navigator.clipboard.readText())
        expect(copied).toBe(await doorOf(page, 'smartflo').locator('pre').first().innerText())
        expect(copied).toContain('--request POST')
      })
    })

    it('says that the server does not answer, and sends the form again when it does', async () => {
      await withVisitor(browser, { javaScriptEnabled: true }, async ({ page }) => {
        await page.goto(`${server.address}/`)
        await page.route('**/try/*', (route) => route.abort())
        await doorOf(page, 'smartflo').getByRole('button', { name: 'Get a token' }).click()
        await page.getByText('The server does not answer. Try again.').waitFor()
        await page.unroute('**/try/*')
        await press(page, 'smartflo', 'Get a token')
        expect(await titleIn(page)).toBe('Here is the token')
      })
    })

    it('shows an answer that is no result as text', async () => {
      await withVisitor(browser, { javaScriptEnabled: true }, async ({ page }) => {
        await page.goto(`${server.address}/`)
        const body = '<main><h1>Not <b>here</b></h1><p>&lt;img src=x onerror=alert(1)&gt;</p></main>'
        await page.route('**/try/*', (route) => route.fulfill({ contentType: 'text/html', body }))
        await press(page, 'smartflo', 'Get a token')
        expect(await titleIn(page)).toBe('Not here')
        expect(await page.locator('.result p').innerText()).toBe('<img src=x onerror=alert(1)>')
        expect(await page.locator('.result img').count()).toBe(0)
      })
    })

    it('runs nothing that a result would bring along', async () => {
      await withVisitor(browser, { javaScriptEnabled: true }, async ({ page }) => {
        await page.goto(`${server.address}/`)
        const bad = '<script>document.title = "run"</script><img src="x" onerror="document.title = \'run\'">'
        await page.route('**/try/*', (route) =>
          route.fulfill({
            contentType: 'text/html',
            body: `<section id="result" class="result"><h3 tabindex="-1">Bad</h3>${bad}</section>`,
          }),
        )
        const refused = page.waitForEvent('console', (message) => message.text().includes('Content Security Policy'))
        await press(page, 'smartflo', 'Get a token')
        await refused
        expect(await page.title()).toBe('demo: a token server')
      })
    })
  })

  describe('a hostile page', () => {
    let site: ListeningSite
    beforeAll(async () => {
      site = await openSite()
    })
    afterAll(() => site?.close())

    it.each(['127.0.0.1', 'localhost'])('S91: at %s cannot have a form sent', async (host) => {
      const { email, password } = server.settingsOf('smartflo')
      const fields = `<input name="email" value="${String(email)}"><input name="password" value="${String(password)}">`
      const form = `<form method="post" action="${server.address}/try/smartflo">${fields}</form>`
      site.show('/form', `<!doctype html><title>win</title>${form}<script>document.forms[0].submit()</script>`)
      await withVisitor(browser, { javaScriptEnabled: true }, async ({ page }) => {
        const [response] = await Promise.all([
          page.waitForResponse((each) => each.request().method() === 'POST'),
          page.goto(`http://${host}:${site.port}/form`).catch(() => {}), // the form may be quicker than the page
        ])
        expect(response.status()).toBe(403)
        await page.getByRole('heading', { name: 'This request came from another website' }).waitFor()
      })
    })

    it.each(['127.0.0.1', 'localhost'])('S93, S96: at %s neither frames the front page nor reads it', async (host) => {
      site.show('/framing', `<!doctype html><title>frame</title><iframe src="${server.address}/"></iframe>`)
      await withVisitor(browser, { javaScriptEnabled: true }, async ({ page }) => {
        await page.goto(`http://${host}:${site.port}/framing`)
        expect(await page.frameLocator('iframe').locator('body').innerText()).not.toContain('token server')
        const read = await page.evaluate(
          (url) =>
            fetch(url).then(
              (answer) => answer.text(),
              () => 'refused',
            ),
          `${server.address}/`,
        )
        expect(read).toBe('refused')
      })
    })
  })
})

/** What is used here of the DOM, whose types a program for Node does not have. */
interface Target {
  readonly outerHTML: string
  getBoundingClientRect(): { readonly width: number; readonly height: number }
}

interface Clipboard {
  readonly clipboard: { readText(): Promise<string> }
}

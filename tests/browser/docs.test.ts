/**
 * What the doors answer, as a browser shows it, from the server that makes it. Without Chromium on the PATH this file is skipped, unless
 * RINGKEY_REQUIRE_BROWSER=1 says that it must not be.
 */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aTenant, startApp, type TestApp } from '../../packages/server/src/http/testing/start-app.ts'
import { expectAccessible, expectFits, findChromium, launchChromium } from './launch.ts'
import { type Visitor, withVisitor } from './visitor.ts'

/** No two of these have a path alike, and every kind of member, answer and example is among them. */
const DOORS = ['idm', 'vpaas', 'voipex', 'smartflo']

const looks = ([320, 1280] as const).flatMap((width) => (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })))

const noChromium = findChromium() === undefined

describe.skipIf(noChromium)('the page of what the doors answer (not run where there is no Chromium on the PATH)', () => {
  let browser: Browser
  let app: TestApp
  let address: string

  beforeAll(async () => {
    browser = await launchChromium()
    app = await startApp({ tenants: [aTenant({ doors: DOORS })] })
    address = `http://localhost:${app.port}`
  })

  afterAll(async () => {
    await browser?.close()
    await app?.stop()
  })

  async function read(use: (visitor: Visitor) => Promise<void>): Promise<void> {
    await withVisitor(browser, {}, async (visitor) => {
      await visitor.page.goto(`${address}/docs`)
      await use(visitor)
    })
  }

  // With scripts, as axe is one; the page has none.
  it.each(looks)(
    'fits and can be read by everybody, $width pixels wide, $colorScheme',
    async ({ width, colorScheme }) => {
      await withVisitor(browser, { javaScriptEnabled: true, viewport: { width, height: 900 }, colorScheme }, async ({ page }) => {
        const refused: string[] = []
        page.on('console', (message) => refused.push(...(message.text().includes('Content Security Policy') ? [message.text()] : [])))
        await page.goto(`${address}/docs`)
        // What is folded is there too.
        for (const summary of await page.locator('summary').all()) await summary.click()
        await expectFits(page, `${width} pixels wide, ${colorScheme}`)
        await expectAccessible(page, `${width} pixels wide, ${colorScheme}`)
        expect(refused).toEqual([])
      })
    },
    240_000,
  )

  it('uses a wide window', async () => {
    await withVisitor(browser, { viewport: { width: 1280, height: 900 } }, async ({ page }) => {
      await page.goto(`${address}/docs`)
      expect((await page.locator('main').boundingBox())?.width).toBeGreaterThan(900)
    })
  })

  it('loads nothing but its style sheet, and nothing from elsewhere', async () => {
    await read(async ({ requested }) => {
      expect(requested.map((url) => new URL(url).pathname.replace(/\.\w{16}\./, '.'))).toEqual(['/docs', '/assets/style.css'])
      expect(new Set(requested.map((url) => new URL(url).origin))).toEqual(new Set([address]))
    })
  })

  it('leads with the keyboard from its contents to an operation, and unfolds what goes wrong on the way', async () => {
    await read(async ({ page }) => {
      const link = page.getByRole('navigation').getByRole('link', { name: 'Start a login' })
      await link.focus()
      await page.keyboard.press('Enter')
      await page.waitForURL('**/docs#vpaas-start-login')
      const operation = page.getByRole('article', { name: 'Start a login' })
      const folded = operation.getByText('The server cannot answer now. Ask again later.')
      expect(await folded.isVisible()).toBe(false)
      await operation.locator('summary').focus()
      await page.keyboard.press('Enter')
      expect(await folded.isVisible()).toBe(true)
    })
  })

  it('has a heading for each door and each operation, one below the other', async () => {
    await read(async ({ page }) => {
      expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1)
      const doors = await page.getByRole('heading', { level: 2 }).allInnerTexts()
      expect(doors).toEqual([
        'Contents',
        'Checking tokens',
        'Guide',
        'Sign-in page (IDM)',
        'Deutsche Telekom VPaaS',
        'VOIPEX',
        'Tata Smartflo',
        'Bodies of errors',
      ])
      expect(await page.getByRole('region', { name: 'Tata Smartflo' }).getByRole('heading', { level: 3 }).allInnerTexts()).toEqual([
        'Sign in',
        'Get the next token',
        'Sign out',
      ])
    })
  })

  it('leads to the document for programs', async () => {
    await read(async ({ page }) => {
      await page.getByRole('link', { name: 'openapi.json' }).click()
      await page.waitForURL('**/openapi.json')
      expect(await page.locator('body').innerText()).toContain('"openapi":"3.1.1"')
    })
  })
})

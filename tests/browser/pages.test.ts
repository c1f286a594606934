/**
 * What people see, as a browser shows it. Forms are filled in with scripts switched off: there is none on a page. Without Chromium on
 * the PATH this file is skipped, unless RINGKEY_REQUIRE_BROWSER=1 says that it must not be.
 */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { LANGUAGES, type Page as RenderedPage } from '../../packages/server/src/pages/page.ts'
import { renderReturn } from '../../packages/server/src/pages/render-return.tsx'
import { renderSignIn } from '../../packages/server/src/pages/render-sign-in.tsx'
import { aReturn, aSignIn, samplePages } from '../../packages/server/src/pages/testing/sample-pages.ts'
import { expectAccessible, expectFits, findChromium, launchChromium } from './launch.ts'
import { type PageServer, servePages } from './page-server.ts'
import { tabTo } from './visitor.ts'

/** One error stands for all: they differ in two sentences. The longest are among them. */
const SHOWN = (name: string) => !name.startsWith('error-') || ['error-redirect-uri-unknown', 'error-login-state-invalid'].includes(name)

const samples = Object.fromEntries(
  LANGUAGES.map((language) => [language, samplePages({ language, root: '../', brand: 'Nordlicht Telefonie' })] as const),
)
const names = Object.keys(samples.en ?? {}).filter(SHOWN)
const looks = ([320, 1280] as const).flatMap((width) => (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })))

/** What is used here of an element of the DOM. */
interface Target {
  getBoundingClientRect(): { readonly width: number; readonly height: number }
}

const noChromium = findChromium() === undefined

describe.skipIf(noChromium)('pages in a browser (not run where there is no Chromium on the PATH)', () => {
  let browser: Browser
  let server: PageServer
  /** What is at `/shown/page` instead of a sample. */
  let shown: RenderedPage | undefined

  beforeAll(async () => {
    browser = await launchChromium()
    server = await servePages((path) => {
      const [, language = '', name = ''] = path.split('/')
      return language === 'shown' ? shown : samples[language]?.[name]
    })
  })

  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  beforeEach(() => {
    server.sentForms.length = 0
  })

  async function withPage(options: BrowserContextOptions, use: (page: Page) => Promise<void>): Promise<void> {
    const context = await browser.newContext(options)
    try {
      await use(await context.newPage())
    } finally {
      await context.close()
    }
  }

  /** As a person with scripts switched off sees it. */
  async function withShown(rendered: RenderedPage, use: (page: Page) => Promise<void>): Promise<void> {
    shown = rendered
    await withPage({ javaScriptEnabled: false }, async (page) => {
      await page.goto(`${server.address}/shown/page`)
      // A page is loaded before its first field has the focus; a key pressed between the two is lost.
      if (rendered.html.includes(' autofocus')) await page.locator(':focus').waitFor()
      await use(page)
    })
  }

  it.each(LANGUAGES)(
    'fit and can be used by everybody in %s, narrow and wide, light and dark',
    async (language) => {
      // Without motion, as the colours of a button on its way from light to dark are neither.
      await withPage({ reducedMotion: 'reduce' }, async (page) => {
        const refused: string[] = []
        page.on('console', (message) => refused.push(...(message.text().includes('Content Security Policy') ? [message.text()] : [])))
        for (const name of names) {
          await page.goto(`${server.address}/${language}/${name}`)
          expect(await page.getAttribute('html', 'lang'), name).toBe(language)
          for (const { width, colorScheme } of looks) {
            await page.setViewportSize({ width, height: 640 })
            await page.emulateMedia({ colorScheme })
            await expectFits(page, `${name}, ${width} pixels wide, ${colorScheme}`)
            await expectAccessible(page, `${name}, ${width} pixels wide, ${colorScheme}`)
          }
        }
        expect(refused).toEqual([])
      })
    },
    240_000,
  )

  it('fit and can be used by everybody in colours that the reader has chosen, at 400 %', async () => {
    await withPage({ viewport: { width: 320, height: 200 }, forcedColors: 'active', reducedMotion: 'reduce' }, async (page) => {
      for (const name of names) {
        await page.goto(`${server.address}/de/${name}`)
        await expectFits(page, name)
        await expectAccessible(page, name)
      }
    })
  }, 240_000)

  it('have nothing to press that is smaller than 44 pixels', async () => {
    await withPage({ viewport: { width: 320, height: 640 } }, async (page) => {
      for (const name of names) {
        await page.goto(`${server.address}/en/${name}`)
        const sides = await page.locator('a, button, input:not([type=hidden])').evaluateAll((targets: readonly Target[]) =>
          targets.map((target) => {
            const { width, height } = target.getBoundingClientRect()
            return Math.min(width, height)
          }),
        )
        expect(Math.min(...sides), name).toBeGreaterThanOrEqual(44)
      }
    })
  })

  describe('the sign-in page', () => {
    it('is filled in and sent with the keyboard alone', async () => {
      await withShown(renderSignIn(aSignIn()), async (page) => {
        await page.keyboard.type('annika')
        await page.keyboard.press('Tab')
        await page.keyboard.type('correct horse')
        await page.keyboard.press('Enter')
        await page.waitForURL('**/shown/auth')
      })
      expect(server.sentForms.map(({ path, fields }) => ({ path, fields }))).toEqual([
        {
          path: '/shown/auth',
          fields: { request: aSignIn().sealedRequest, ui_locales: 'en', login: 'annika', password: 'correct horse', answer: 'password' },
        },
      ])
    })

    it('is gone through in the order that it is read in', async () => {
      await withShown(renderSignIn(aSignIn()), async (page) => {
        const visited: (string | null)[] = []
        for (let stop = 0; stop < 6; stop++) {
          const focused = page.locator(':focus')
          visited.push((await focused.getAttribute('value')) || (await focused.getAttribute('name')))
          await page.keyboard.press('Tab')
        }
        expect(visited).toEqual(['login', 'password', 'password', 'cancel', 'de', 'hi'])
      })
    })

    it('is not sent while a field is empty, but to cancel', async () => {
      await withShown(renderSignIn(aSignIn({ loginHint: 'annika' })), async (page) => {
        await page.keyboard.press('Enter')
        await page.locator('#password:user-invalid').waitFor()
        await page.getByRole('button', { name: 'Cancel' }).click()
        await page.waitForURL('**/shown/auth')
      })
      expect(server.sentForms.map(({ fields }) => fields.answer)).toEqual(['cancel'])
    })

    it('changes its language and keeps what was typed', async () => {
      await withShown(renderSignIn(aSignIn()), async (page) => {
        await page.keyboard.type('annika')
        await page.getByRole('button', { name: 'Deutsch' }).click()
        await page.waitForURL('**/shown/auth')
      })
      expect(server.sentForms.map(({ fields }) => fields)).toEqual([
        { request: aSignIn().sealedRequest, ui_locales: 'en', login: 'annika', password: '', language: 'de' },
      ])
    })

    it.each([
      ['Continue as Annika', 'go_on'],
      ['Use another account', 'ask_again'],
      ['Cancel', 'cancel'],
    ])('sends with "%s" the answer %s of who is signed in', async (button, answer) => {
      await withShown(renderSignIn(aSignIn({ signedInAs: 'Annika' })), async (page) => {
        await page.getByRole('button', { name: button }).focus()
        await page.keyboard.press('Enter')
        await page.waitForURL('**/shown/auth')
      })
      expect(server.sentForms.map(({ fields }) => fields)).toEqual([{ request: aSignIn().sealedRequest, ui_locales: 'en', answer }])
    })

    it('gives back a typed name as it was, whatever is in it', async () => {
      const loginHint = `"><b>&lt;&copy=1 'annika`
      await withShown(renderSignIn(aSignIn({ loginHint })), async (page) => {
        expect(await page.inputValue('#login')).toBe(loginHint)
        expect(await page.inputValue('#password')).toBe('')
      })
    })

    it('tells a reader of the screen what is wrong with the fields', async () => {
      await withShown(renderSignIn(aSignIn({ loginHint: 'annika', problem: { kind: 'wrong_name_or_password' } })), async (page) => {
        const password = page.getByLabel('Password')
        expect(await password.getAttribute('aria-invalid')).toBe('true')
        expect(await page.locator(':focus').getAttribute('id')).toBe('password')
        expect(await page.getByRole('alert').innerText()).toContain('The name or the password is not right.')
        expect(await page.getByRole('alert').getAttribute('id')).toBe(await password.getAttribute('aria-describedby'))
      })
    })
  })

  describe('the return page', () => {
    it('stays where it is in a browser that does not know the scheme', async () => {
      await withShown(renderReturn(aReturn()), async (page) => {
        await page.getByRole('link', { name: 'Open Comfort Phone' }).click()
        expect(page.url()).toBe(`${server.address}/shown/page`)
        expect(await page.getByLabel('Sign-in code').inputValue()).toBe(aReturn().code)
      })
    })

    it('goes to an address that the browser knows by itself', async () => {
      const appUrl = `${server.address}/en/signed-out`
      await withShown(renderReturn(aReturn({ appUrl })), (page) => page.waitForURL(appUrl))
    })

    it('runs nothing, even if the address were a script', async () => {
      shown = renderReturn(aReturn({ appUrl: 'javascript:document.title="run"' }))
      await withPage({}, async (page) => {
        await page.goto(`${server.address}/shown/page`)
        await page.getByRole('link').click()
        expect(await page.title()).toContain('Return to')
      })
    })
  })

  it('the account page signs out with the keyboard alone', async () => {
    await withPage({ javaScriptEnabled: false }, async (page) => {
      await page.goto(`${server.address}/en/account`)
      await tabTo(page, 'Sign out')
      await page.keyboard.press('Enter')
      await page.waitForURL('**/account/sign-out')
    })
    expect(server.sentForms.map(({ path, fields }) => ({ path, fields }))).toEqual([
      { path: '/account/sign-out', fields: { formToken: 'Zm9ybS10b2tlbg' } },
    ])
  })

  it('a form says that it comes from our own page, though not from which', async () => {
    await withShown(renderSignIn(aSignIn({ signedInAs: 'Annika' })), async (page) => {
      await page.getByRole('button', { name: 'Continue' }).click()
      await page.waitForURL('**/shown/auth')
    })
    const { headers } = server.sentForms[0] ?? {}
    // Where no referrer is sent the origin of a form is not either (https://fetch.spec.whatwg.org/#append-a-request-origin-header).
    expect(headers).toMatchObject({ 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'navigate', origin: 'null' })
    expect(headers).not.toHaveProperty('referer')
  })
})

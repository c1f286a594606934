/** People take their data along, delete their account and keep it after all, in a browser at the real server. Scripts are switched off, and there is no mouse. */
import { readFile } from 'node:fs/promises'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Language } from '../../packages/server/src/pages/page.ts'
import { sayIn } from '../../packages/server/src/pages/say.ts'
import { expectFits, findChromium, launchChromium } from './launch.ts'
import { type Person, type SignInServer, startSignInServer } from './sign-in-server.ts'
import { tabTo, typeIn, typePassword, withVisitor } from './visitor.ts'

/** Every language, and each width with each theme. */
const LOOKS: readonly (readonly [Language, number, 'light' | 'dark'])[] = [
  ['en', 1280, 'dark'],
  ['de', 360, 'light'],
  ['hi', 360, 'dark'],
  ['de', 1280, 'light'],
]

const noChromium = findChromium() === undefined

describe.skipIf(noChromium)('people who leave (not run where there is no Chromium on the PATH)', () => {
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

  it.each(LOOKS)(
    'take their data along, delete the account and keep it: in %s, %i pixels wide, %s',
    async (language, width, colorScheme) => {
      const say = sayIn(language)
      const person: Person = server.anna
      await withVisitor(browser, { language, viewport: { width, height: 800 }, colorScheme }, async ({ page, requested }) => {
        const expectShown = async (heading: string) => {
          await page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor()
          expect(await page.getAttribute('html', 'lang')).toBe(language)
          await expectFits(page, heading)
        }
        await page.goto(`${server.address}/account`)
        await typeIn(page, person)
        await expectShown(say('account.title'))
        await tabTo(page, say('account.export'))
        const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')])
        expect(download.suggestedFilename()).toBe('account.json')
        expect(JSON.parse(await readFile(await download.path(), 'utf8'))).toMatchObject({
          version: 1,
          account: { loginIds: [person.login] },
        })
        await expectShown(say('account.title'))

        await tabTo(page, say('account.leave'))
        await page.keyboard.press('Enter')
        await expectShown(say('leave.title'))
        await typePassword(page, { password: 'a wrong one' })
        await page.getByText(say('leave.problem.password')).waitFor()
        await typePassword(page, person)
        await expectShown(say('left.title'))

        await page.goto(`${server.address}/account`)
        await typeIn(page, person)
        await expectShown(say('stay.title'))
        await tabTo(page, say('stay.submit'))
        await page.keyboard.press('Enter')
        await expectShown(say('stayed.title'))
        await tabTo(page, say('signed-out.again'))
        await page.keyboard.press('Enter')
        await typeIn(page, person)
        await expectShown(say('account.title'))
        expect(requested.every((url) => url.startsWith(server.address))).toBe(true)
      })
    },
  )
})

/** Somebody at a browser: a context of its own, with what it has asked for written down. */
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import type { Language } from '../../packages/server/src/pages/page.ts'
import { APP_URI, type Person } from './sign-in-server.ts'

export interface Visitor {
  readonly page: Page
  readonly context: BrowserContext
  /** Every address that was asked for, hops of redirects too. */
  readonly requested: readonly string[]
}

const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', de: 'de-DE', hi: 'hi-IN' }

/** Shorter than a test may last, so that a step that hangs is named. */
const STEP_MS = 30_000

/** Scripts are switched off where nothing else is said, and colours stand still. */
export async function withVisitor(
  browser: Browser,
  { language = 'en', ...options }: BrowserContextOptions & { readonly language?: Language },
  use: (visitor: Visitor) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({
    javaScriptEnabled: false,
    reducedMotion: 'reduce',
    locale: LOCALES[language],
    ...options,
  })
  try {
    context.setDefaultTimeout(STEP_MS)
    const requested: string[] = []
    context.on('request', (request) => requested.push(request.url()))
    await use({ page: await context.newPage(), context, requested })
  } finally {
    await context.close()
  }
}

/** With the keyboard alone, from where the page sets the focus. */
export async function typeIn(page: Page, { login, password }: Pick<Person, 'login' | 'password'>): Promise<void> {
  await page.locator('#login:focus').waitFor()
  await page.keyboard.type(login)
  await page.keyboard.press('Tab')
  await page.keyboard.type(password)
  await page.keyboard.press('Enter')
}

/** As `typeIn`, where the name is there already. */
export async function typePassword(page: Page, { password }: Pick<Person, 'password'>): Promise<void> {
  await page.locator('#password:focus').waitFor()
  await page.keyboard.type(password)
  await page.keyboard.press('Enter')
}

/** Goes from stop to stop until the focus is on the control of this name. */
export async function tabTo(page: Page, name: string): Promise<void> {
  await page.getByText(name, { exact: true }).first().waitFor()
  for (let stop = 0; stop < 20; stop += 1) {
    if ((await page.locator(':focus').count()) > 0 && (await page.locator(':focus').innerText()) === name) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`${name} is not reached with the keyboard`)
}

/**
 * The address of the application that the browser is sent to by what is done. It has no such application, gives up, and stays where it is;
 * only then this resolves, because a browser that has not given up yet ends what comes next with it.
 */
export async function untilSentToApp(page: Page, act: () => Promise<unknown>): Promise<URL> {
  const [request] = await Promise.all([page.waitForEvent('requestfailed', (each) => each.url().startsWith(APP_URI)), act()])
  return new URL(request.url())
}

/** As `untilSentToApp`, for a sign-in. @returns the code for the application */
export async function signInToApp(page: Page, person: Person): Promise<string> {
  const url = await untilSentToApp(page, () => typeIn(page, person))
  return url.searchParams.get('authCode') ?? ''
}

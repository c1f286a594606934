/** Debian's Chromium for the tests of what people see. */
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import axe from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'
import { expect } from 'vitest'
import { keepScreenshot } from './screenshots.ts'

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']

/**
 * Where Chromium is on the PATH; undefined: on this machine the tests of a browser are skipped.
 * @throws if the environment says that they must not be
 */
export function findChromium(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const folders = (environment.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  const found = PROGRAMS.flatMap((program) => folders.map((folder) => join(folder, program))).find(isProgram)
  if (found === undefined && environment.RINGKEY_REQUIRE_BROWSER === '1')
    throw new Error('RINGKEY_REQUIRE_BROWSER=1, and no Chromium on the PATH')
  return found
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/** One for a file: `afterAll(() => browser.close())`. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = findChromium()
  if (executablePath === undefined) throw new Error('no Chromium on the PATH')
  // Chromium's sandbox refuses to be root's.
  return chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0 })
}

const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** axe-core finds nothing. It is evaluated, because the pages' policy lets no script in. */
export async function expectAccessible(page: Page, hint: string): Promise<void> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source)
  const { violations, passes } = await page.evaluate(async (tags) => {
    // Runs in the page, where the line above has put it.
    const { axe: inPage } = globalThis as unknown as { axe: typeof axe }
    return inPage.run({ runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] })
  }, STANDARDS)
  const found = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('; ')}`,
  )
  expect(found, hint).toEqual([])
  expect(passes.length, hint).toBeGreaterThan(10)
}

/** Nothing is wider than the window: what is reached only by scrolling sideways is lost at 400 % (WCAG 2.2, 1.4.10). */
export async function expectFits(page: Page, hint: string): Promise<void> {
  const overflowing = await page.evaluate(() => {
    const { document } = globalThis as unknown as { document: PageDocument }
    const { clientWidth, scrollWidth } = document.documentElement
    const wide = [...document.querySelectorAll('body *')].filter((element) => {
      const { left, right } = element.getBoundingClientRect()
      if (left < 0 || right > clientWidth + 0.5) return true
      // Text that runs out of its box. A field scrolls what does not fit; what is no box has a width of 0.
      return element.clientWidth > 0 && element.scrollWidth > element.clientWidth && element.tagName !== 'INPUT'
    })
    return [...(scrollWidth > clientWidth ? ['the page'] : []), ...wide.map((element) => element.outerHTML)]
  })
  await keepScreenshot(page, hint)
  expect(overflowing, hint).toEqual([])
}

/** What is used here of the DOM, whose types a program for Node does not have. */
interface PageDocument {
  readonly documentElement: { readonly clientWidth: number; readonly scrollWidth: number }
  querySelectorAll(selector: string): Iterable<{
    readonly outerHTML: string
    readonly tagName: string
    readonly clientWidth: number
    readonly scrollWidth: number
    getBoundingClientRect(): { readonly left: number; readonly right: number }
  }>
}

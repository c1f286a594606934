/** Pictures of the pages that the tests of a browser come past, for somebody to look at: `RINGKEY_SCREENSHOTS_DIR` says into which folder. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'

/** One a page, language and width; the folder is made. Nothing without the variable. @param hint what the page is */
export async function keepScreenshot(page: Page, hint: string, folder = process.env.RINGKEY_SCREENSHOTS_DIR ?? ''): Promise<void> {
  if (folder === '') return
  mkdirSync(folder, { recursive: true })
  const language = (await page.getAttribute('html', 'lang')) ?? 'none'
  const parts = [language, page.viewportSize()?.width ?? 0, new URL(page.url()).pathname, hint]
  const name = parts
    .map((part) =>
      String(part)
        .replace(/[^\p{L}\p{M}\p{N}]+/gu, '_')
        .slice(0, 60),
    )
    .join('-')
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
}

/**
 * What all pages have in common. A page is HTML and one style sheet, nothing inline, and no script but where it names one of ours: the
 * policy in its headers forbids the rest. The JSX library does not escape children by itself: what is not markup of ours stands in an element with `safe`, or in
 * an attribute through `attribute()`. `xss-scan` in `npm run check` looks for the first, the tests put probes into every field.
 */
import { attribute } from './attribute.ts'
import type { Page, PageSetting } from './page.ts'
import { pageHeaders } from './page-headers.ts'
import { STYLE_SHEET } from './style-sheet.ts'

export interface PageParts {
  readonly setting: PageSetting
  readonly title: string
  readonly main: JSX.Element
  readonly footer?: JSX.Element | undefined
  /** A page to read and not a card. */
  readonly isDocument?: true
  /** @see pageHeaders */
  readonly formTargets?: readonly string[]
  /** `wide`: as wide as a command needs; `open`: its parts are cards, and not the page. */
  readonly bodyClass?: 'wide' | 'wide open'
  /** A script of ours, from the tenant's root. The page is whole without it. */
  readonly script?: string
  /** Beside those that every page has. */
  readonly headers?: Readonly<Record<string, string>>
}

export function assemblePage(parts: PageParts): Page {
  const { setting, formTargets, script, headers } = parts
  return {
    html: `<!doctype html>\n${asText(<Document {...parts} />)}\n`,
    headers: { ...pageHeaders(setting.language, formTargets, script !== undefined), ...headers },
  }
}

function Document({ setting: { language, root, brand }, title, main, footer, bodyClass, script, isDocument }: PageParts): JSX.Element {
  return (
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title safe>{brand === undefined ? title : `${title} – ${brand}`}</title>
        <link rel="stylesheet" href={attribute(`${root}${STYLE_SHEET.path.slice(1)}`)} />
        {script === undefined ? undefined : <script type="module" src={attribute(`${root}${script.slice(1)}`)} />}
      </head>
      <body class={bodyClass}>
        <main class={isDocument ? 'document' : undefined}>
          {brand === undefined ? undefined : (
            <p class="brand" safe>
              {brand}
            </p>
          )}
          {main}
        </main>
        {footer === undefined ? undefined : <footer>{footer}</footer>}
      </body>
    </html>
  )
}

/** The library answers a promise where a component is one; none of ours is. */
function asText(element: JSX.Element): string {
  if (typeof element !== 'string') throw new Error('a page waits for something')
  return element
}

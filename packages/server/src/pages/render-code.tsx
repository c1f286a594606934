/** Where a browser comes back to with a code from a sign-in that began on the front page. English only, as that is. */
import { attribute } from './attribute.ts'
import { assemblePage } from './layout.tsx'
import type { Page, PageSetting } from './page.ts'

export interface CodeModel {
  readonly setting: PageSetting
  readonly code: string
}

const TITLE = 'Here is the code'

export function renderCode({ setting, code }: CodeModel): Page {
  return assemblePage({
    setting,
    title: TITLE,
    main: (
      <>
        <h1>{TITLE}</h1>
        <p>The person has signed in, and the browser has brought this code back. Copy it into the form from which the sign-in began.</p>
        <label for="code">The code</label>
        <input
          id="code"
          class="code"
          type="text"
          readonly
          autocomplete="off"
          spellcheck="false"
          value={attribute(code)}
          aria-describedby="lasts"
        />
        <p id="lasts" class="quiet">
          It is good for a minute, once, and only where its sign-in began.
        </p>
        <p>
          <a class="back" href={attribute(setting.root)}>
            All doors
          </a>
        </p>
      </>
    ),
  })
}

import { attribute } from './attribute.ts'
import { assemblePage } from './layout.tsx'
import type { Page, PageSetting } from './page.ts'
import { sayIn } from './say.ts'

/** After a sign-out; the way back in leads to the account. */
export function renderSignedOut({ setting }: { readonly setting: PageSetting }): Page {
  const say = sayIn(setting.language)
  return assemblePage({
    setting,
    title: say('signed-out.title'),
    main: (
      <>
        <h1 safe>{say('signed-out.title')}</h1>
        <p safe>{say('signed-out.text')}</p>
        <a class="button" href={attribute(`${setting.root}account`)} safe>
          {say('signed-out.again')}
        </a>
      </>
    ),
  })
}

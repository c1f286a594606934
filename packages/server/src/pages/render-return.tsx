/** The page after a sign-in for a program that a browser may not be able to open: it goes there by itself, or shows the code. */
import { attribute } from './attribute.ts'
import { assemblePage } from './layout.tsx'
import type { Page, PageSetting } from './page.ts'
import { sayIn } from './say.ts'

export interface ReturnModel {
  readonly setting: PageSetting
  readonly applicationName: string
  /** Opens the application and brings it the code. Its scheme is a registered one. */
  readonly appUrl: string
  readonly code: string
}

export function renderReturn(model: ReturnModel): Page {
  const { setting, applicationName, appUrl } = model
  return assemblePage({
    setting,
    title: sayIn(setting.language)('return.title', { application: applicationName }),
    main: <Return {...model} />,
    headers: refreshTo(appUrl),
  })
}

/**
 * A browser that knows the scheme goes there without a click; any other stays (https://html.spec.whatwg.org/#the-refresh-header).
 * An address that no header can hold is left to the link.
 */
function refreshTo(appUrl: string): Record<string, string> {
  return /^[\x21-\x7e]+$/.test(appUrl) ? { refresh: `0; url=${appUrl}` } : {}
}

function Return({ setting, applicationName, appUrl, code }: ReturnModel): JSX.Element {
  const say = sayIn(setting.language)
  const application = applicationName
  return (
    <>
      <h1 safe>{say('return.title', { application })}</h1>
      <p safe>{say('return.done', { application })}</p>
      <a class="button main" href={attribute(appUrl)} safe>
        {say('return.open', { application })}
      </a>
      <h2 safe>{say('return.instead', { application })}</h2>
      <label for="code" safe>
        {say('return.code')}
      </label>
      <input
        id="code"
        class="code"
        type="text"
        readonly
        autocomplete="off"
        spellcheck="false"
        value={attribute(code)}
        aria-describedby="lasts secret"
      />
      <p id="lasts" class="quiet" safe>
        {say('return.lasts')}
      </p>
      <p id="secret" safe>
        {say('return.secret', { application })}
      </p>
    </>
  )
}

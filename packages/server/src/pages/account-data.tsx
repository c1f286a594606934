/** The part of a person's own page that gives the person's data. */
import { attribute } from './attribute.ts'
import { FORM_TOKEN_FIELD } from './form-token.ts'
import type { PageSetting } from './page.ts'
import { sayIn } from './say.ts'

interface OwnDataParts {
  readonly setting: PageSetting
  readonly formToken: string
}

export function OwnDataSection({ setting: { language, root }, formToken }: OwnDataParts): JSX.Element {
  const say = sayIn(language)
  return (
    <>
      <h2 safe>{say('account.data')}</h2>
      <p safe>{say('account.data-text')}</p>
      <form method="post" action={attribute(`${root}account/export`)}>
        <input type="hidden" name={FORM_TOKEN_FIELD} value={attribute(formToken)} />
        <button type="submit" class="button" safe>
          {say('account.export')}
        </button>
      </form>
      <p class="links">
        <a href={attribute(`${root}account/delete`)} safe>
          {say('account.leave')}
        </a>
      </p>
    </>
  )
}

/** What is kept of a person, shown to that person. */
import { attribute } from './attribute.ts'
import { LanguageLinks } from './language-choice.tsx'
import { assemblePage } from './layout.tsx'
import type { Page, PageSetting } from './page.ts'
import { sayDate, sayIn } from './say.ts'

export interface AccountModel {
  readonly setting: PageSetting
  readonly accountId: string
  /** undefined: nobody has said */
  readonly name: string | undefined
  readonly loginIds: readonly string[]
  readonly organisation?: string | undefined
  readonly roles: readonly string[]
  /** Milliseconds since 1970. */
  readonly createdAt: number
  /** Milliseconds since 1970. */
  readonly passwordSetAt: number
  /** Proves that the form was sent from this page. */
  readonly formToken: string
}

/** The name of the field that proves where the sign-out form comes from. */
export const FORM_TOKEN_FIELD = 'formToken'

export function renderAccount(model: AccountModel): Page {
  const { setting } = model
  return assemblePage({
    setting,
    title: sayIn(setting.language)('account.title'),
    main: <Account {...model} />,
    footer: <LanguageLinks language={setting.language} />,
  })
}

function Account(model: AccountModel): JSX.Element {
  const { setting, formToken } = model
  const say = sayIn(setting.language)
  return (
    <>
      <h1 safe>{say('account.title')}</h1>
      <p safe>{say('account.intro')}</p>
      <dl>
        {rowsOf(model).map(([term, values]) => (
          <>
            <dt safe>{term}</dt>
            {values.map((value) => (
              <dd safe>{value}</dd>
            ))}
          </>
        ))}
      </dl>
      <form method="post" action={attribute(`${setting.root}account/sign-out`)}>
        <input type="hidden" name={FORM_TOKEN_FIELD} value={attribute(formToken)} />
        <div class="actions">
          <button type="submit" class="button main" safe>
            {say('account.sign-out')}
          </button>
        </div>
      </form>
    </>
  )
}

type Row = readonly [term: string, values: readonly string[]]

function rowsOf({ setting, accountId, name, loginIds, organisation, roles, createdAt, passwordSetAt }: AccountModel): Row[] {
  const { language } = setting
  const say = sayIn(language)
  const rows: Row[] = [
    [say('account.name'), [name ?? say('account.not-given')]],
    [say('account.login-ids'), loginIds],
    [say('account.organisation'), organisation === undefined ? [] : [organisation]],
    [say('account.roles'), roles],
    [say('account.password'), [say('account.password-set-at', { date: sayDate(language, passwordSetAt) })]],
    [say('account.created-at'), [sayDate(language, createdAt)]],
    [say('account.id'), [accountId]],
  ]
  return rows.filter(([, values]) => values.length > 0)
}

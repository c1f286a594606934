/** What is kept of a person, shown to that person. */
import { type ApplicationModel, Applications } from './account-applications.tsx'
import { OwnDataSection } from './account-data.tsx'
import { attribute } from './attribute.ts'
import { FORM_TOKEN_FIELD } from './form-token.ts'
import { LanguageLinks } from './language-choice.tsx'
import { assemblePage } from './layout.tsx'
import type { Page, PageSetting } from './page.ts'
import { sayDate, sayIn, sayInstant } from './say.ts'

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
  readonly mayChangeNumber: boolean
  readonly applications: readonly ApplicationModel[]
  /** Newest sign-in first. */
  readonly sessions: readonly SessionModel[]
  /** Proves that the form was sent from this page. */
  readonly formToken: string
}

export interface SessionModel {
  readonly id: string
  /** undefined: a browser at the page itself */
  readonly applicationName: string | undefined
  /** Milliseconds since 1970. */
  readonly startedAt: number
  /** Milliseconds since 1970. */
  readonly lastUsedAt: number
  readonly isThisBrowser: boolean
  readonly isImpersonation: boolean
  readonly device: string | undefined
  readonly addressBlock: string | undefined
}

/** The name of the field that says which session is to be ended. */
export const SESSION_FIELD = 'session'

export { FORM_TOKEN_FIELD }

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
  const { setting, formToken, applications, sessions } = model
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
      <Changes {...model} />
      {applications.length === 0 ? undefined : (
        <Applications setting={setting} applications={applications} proof={<Proof formToken={formToken} />} />
      )}
      <h2 safe>{say('account.sessions')}</h2>
      <ul class="sessions">
        {sessions.map((session) => (
          <Session setting={setting} session={session} formToken={formToken} />
        ))}
      </ul>
      <OwnDataSection setting={setting} formToken={formToken} />
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

/** Where to change what is kept. */
function Changes({ setting: { language, root }, mayChangeNumber }: AccountModel): JSX.Element {
  const say = sayIn(language)
  return (
    <ul class="links">
      <li>
        <a href={attribute(`${root}account/password`)} safe>
          {say('account.change-password')}
        </a>
      </li>
      {mayChangeNumber ? (
        <li>
          <a href={attribute(`${root}account/number`)} safe>
            {say('change-number.title')}
          </a>
        </li>
      ) : undefined}
      <li>
        <a href={attribute(`${root}account/activity`)} safe>
          {say('activity.title')}
        </a>
      </li>
    </ul>
  )
}

function Proof({ formToken }: Pick<AccountModel, 'formToken'>): JSX.Element {
  return <input type="hidden" name={FORM_TOKEN_FIELD} value={attribute(formToken)} />
}

interface SessionParts extends Pick<AccountModel, 'setting' | 'formToken'> {
  readonly session: SessionModel
}

/** The browser's own has no button: it is signed out below. */
function Session({ setting: { language, root }, session, formToken }: SessionParts): JSX.Element {
  const say = sayIn(language)
  const { id, startedAt, lastUsedAt, isThisBrowser, isImpersonation, addressBlock } = session
  const device = session.device ?? say('account.unknown-device')
  const started = sayInstant(language, startedAt)
  const application = session.applicationName ?? say('account.browser-session')
  const circumstances = [
    say('account.session-times', { started, used: sayInstant(language, lastUsedAt) }),
    ...(addressBlock === undefined ? [] : [say('activity.from', { address: addressBlock })]),
    ...(isImpersonation ? [say('activity.kind.impersonated')] : []),
  ]
  return (
    <li>
      <p>
        <strong safe>{device}</strong> · <span safe>{application}</span>
      </p>
      {isThisBrowser ? <p safe>{say('account.this-browser')}</p> : undefined}
      <p class="quiet" safe>
        {circumstances.join(' · ')}
      </p>
      {isThisBrowser ? undefined : (
        <form method="post" action={attribute(`${root}account/end-session`)}>
          <input type="hidden" name={FORM_TOKEN_FIELD} value={attribute(formToken)} />
          <input type="hidden" name={SESSION_FIELD} value={attribute(id)} />
          <button
            type="submit"
            class="button"
            aria-label={attribute(say('account.end-session-of', { session: [device, application, started].join(', ') }))}
            safe
          >
            {say('account.end-session')}
          </button>
        </form>
      )}
    </li>
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

/** The page on which a person sets another password. */
import { attribute } from './attribute.ts'
import { LanguageButtons } from './language-choice.tsx'
import { assemblePage } from './layout.tsx'
import { OWN_ANSWER, OWN_FIELDS } from './own-form.ts'
import type { Language, Page, PageSetting } from './page.ts'
import { sayDuration, sayIn } from './say.ts'

export interface ChangePasswordModel {
  readonly setting: PageSetting
  /** Proves that the form was sent from this page. */
  readonly formToken: string
  /** What the person signs in with: a password manager keeps the new password under it. */
  readonly loginId: string
  readonly problem?: ChangePasswordProblem | undefined
}

export type ChangePasswordProblem =
  | { readonly kind: 'current' | 'password-short' | 'password-long' | 'password-common' | 'password-same' }
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number }

const FORM_ID = 'change-password'
const PROBLEM_ID = 'problem'
const HINT_ID = 'password-hint'

export function renderChangePassword(model: ChangePasswordModel): Page {
  const { setting, problem } = model
  return assemblePage({
    setting,
    title: sayIn(setting.language)(problem === undefined ? 'change-password.title' : 'recover.title-with-problem'),
    main: <ChangePassword {...model} />,
    footer: <LanguageButtons language={setting.language} form={FORM_ID} />,
  })
}

function ChangePassword(model: ChangePasswordModel): JSX.Element {
  const { setting, formToken, loginId, problem } = model
  const { language, root } = setting
  const say = sayIn(language)
  return (
    <>
      <h1 safe>{say('change-password.title')}</h1>
      {problem === undefined ? undefined : (
        <p id={PROBLEM_ID} class="problem" role="alert" safe>
          {sayProblem(language, problem)}
        </p>
      )}
      <p safe>{say('change-password.intro')}</p>
      <form id={FORM_ID} method="post" action={attribute(`${root}account/password`)}>
        <input type="hidden" name={OWN_FIELDS.locales} value={language} />
        <input type="hidden" name={OWN_FIELDS.formToken} value={attribute(formToken)} />
        <input type="hidden" name="username" autocomplete="username" value={attribute(loginId)} />
        <Fields {...model} />
        <div class="actions">
          <button type="submit" class="button main" name={OWN_FIELDS.answer} value={OWN_ANSWER} safe>
            {say('code.recover')}
          </button>
          <a class="button" href={attribute(`${root}account`)} safe>
            {say('own.back')}
          </a>
        </div>
      </form>
    </>
  )
}

function Fields({ setting, problem }: ChangePasswordModel): JSX.Element {
  const say = sayIn(setting.language)
  const isNewWrong = problem?.kind.startsWith('password') ?? false
  return (
    <>
      <label for="current" safe>
        {say('own.current-password')}
      </label>
      <input
        id="current"
        name={OWN_FIELDS.current}
        type="password"
        autocomplete="current-password"
        required
        autofocus
        {...(problem?.kind === 'current' ? { 'aria-invalid': 'true' as const, 'aria-describedby': PROBLEM_ID } : {})}
      />
      <label for="password" safe>
        {say('change-password.new')}
      </label>
      <input
        id="password"
        name={OWN_FIELDS.password}
        type="password"
        autocomplete="new-password"
        required
        aria-describedby={isNewWrong ? `${PROBLEM_ID} ${HINT_ID}` : HINT_ID}
        {...(isNewWrong ? { 'aria-invalid': 'true' as const } : {})}
      />
      <p id={HINT_ID} class="quiet" safe>
        {say('code.password-hint')}
      </p>
    </>
  )
}

function sayProblem(language: Language, problem: ChangePasswordProblem): string {
  const say = sayIn(language)
  switch (problem.kind) {
    case 'throttled':
      return say('sign-in.problem.throttled', { time: sayDuration(language, problem.retryAfterSeconds) })
    case 'current':
      return say('own.problem.current')
    default:
      return say(`code.problem.${problem.kind}`)
  }
}

/** The page where a person signs in, or goes on as who has signed in already. */
import { attribute } from './attribute.ts'
import { LanguageButtons } from './language-choice.tsx'
import { assemblePage } from './layout.tsx'
import type { Language, Page, PageSetting } from './page.ts'
import { type Say, sayDuration, sayIn } from './say.ts'

export interface SignInModel {
  readonly setting: PageSetting
  /** Where its form is sent, relative to the page: `auth` from `/oauth2/auth`. */
  readonly action: string
  /** undefined: the person signs in to their own account */
  readonly applicationName: string | undefined
  /** What the application asks for. */
  readonly scopes: readonly string[]
  /** The request for which the page is shown, as only we can read it. */
  readonly sealedRequest: string
  /** What stands in the field of the login name: what was typed, or what the application proposes. */
  readonly loginHint: string | undefined
  readonly problem: SignInProblem | undefined
  /** What the person is called who is signed in in this browser; then no password is asked for. */
  readonly signedInAs: string | undefined
  /** Where an answer to the form may send the browser on to, as source expressions: `https://host:port`, `scheme:`. */
  readonly formTargets: readonly string[]
  readonly offersCancel: boolean
  /** Whether people make accounts by themselves here. */
  readonly offersRegistration: boolean
}

export type SignInProblem =
  | { readonly kind: 'wrong_name_or_password' }
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number }
  | { readonly kind: 'signed_out' }

/** The names of the form's fields. A button of `LANGUAGE_FIELD` sends no `answer`; `locales` is the language that the form was shown in. */
export const SIGN_IN_FIELDS = { request: 'request', locales: 'ui_locales', answer: 'answer', login: 'login', password: 'password' } as const

/** What a person answers, by the button: signs in with the fields, goes on as who is signed in, wants the fields, gives up. */
export const SIGN_IN_ANSWERS = { password: 'password', goOn: 'go_on', askAgain: 'ask_again', cancel: 'cancel' } as const

const FORM_ID = 'sign-in'
const PROBLEM_ID = 'problem'

export function renderSignIn(model: SignInModel): Page {
  const { setting, problem, formTargets } = model
  const say = sayIn(setting.language)
  return assemblePage({
    setting,
    title: say(problem === undefined ? 'sign-in.title' : 'sign-in.title-with-problem'),
    formTargets,
    main: <SignIn {...model} />,
    footer: <LanguageButtons language={setting.language} form={FORM_ID} />,
  })
}

function SignIn(model: SignInModel): JSX.Element {
  const { setting, action, applicationName, sealedRequest, problem, signedInAs, offersCancel, offersRegistration } = model
  const say = sayIn(setting.language)
  return (
    <>
      <h1 safe>
        {applicationName === undefined
          ? say('sign-in.heading.account')
          : say('sign-in.heading.application', { application: applicationName })}
      </h1>
      {problem === undefined ? undefined : (
        <p id={PROBLEM_ID} class="problem" role="alert" safe>
          {sayProblem(setting.language, problem)}
        </p>
      )}
      {applicationName === undefined ? undefined : <WhatIsAsked {...model} applicationName={applicationName} />}
      <form id={FORM_ID} method="post" action={attribute(action)}>
        <input type="hidden" name={SIGN_IN_FIELDS.request} value={attribute(sealedRequest)} />
        <input type="hidden" name={SIGN_IN_FIELDS.locales} value={setting.language} />
        {signedInAs === undefined ? <Fields {...model} /> : undefined}
        {signedInAs === undefined ? undefined : <p safe>{say('sign-in.signed-in-as', { name: signedInAs })}</p>}
        <div class="actions">
          {signedInAs === undefined ? (
            <Answer value={SIGN_IN_ANSWERS.password} label={say('sign-in.submit')} main />
          ) : (
            <>
              <Answer value={SIGN_IN_ANSWERS.goOn} label={say('sign-in.go-on', { name: signedInAs })} main />
              <Answer value={SIGN_IN_ANSWERS.askAgain} label={say('sign-in.ask-again')} />
            </>
          )}
          {offersCancel ? <Answer value={SIGN_IN_ANSWERS.cancel} label={say('sign-in.cancel')} /> : undefined}
        </div>
      </form>
      {offersRegistration && signedInAs === undefined ? <OtherWays setting={setting} /> : undefined}
    </>
  )
}

function OtherWays({ setting: { language, root } }: Pick<SignInModel, 'setting'>): JSX.Element {
  const say = sayIn(language)
  return (
    <ul class="links">
      <li>
        <a href={attribute(`${root}register`)} safe>
          {say('sign-in.register')}
        </a>
      </li>
      <li>
        <a href={attribute(`${root}recover`)} safe>
          {say('sign-in.recover')}
        </a>
      </li>
    </ul>
  )
}

interface AnswerParts {
  readonly value: string
  readonly label: string
  /** The first in the document, which Enter presses. */
  readonly main?: boolean
}

function Answer({ value, label, main = false }: AnswerParts): JSX.Element {
  return (
    <button type="submit" class={main ? 'button main' : 'button'} name={SIGN_IN_FIELDS.answer} value={value} formnovalidate={!main} safe>
      {label}
    </button>
  )
}

function Fields({ setting, loginHint, problem, offersRegistration }: SignInModel): JSX.Element {
  const say = sayIn(setting.language)
  const isWrong = problem?.kind === 'wrong_name_or_password'
  const isLoginKnown = loginHint !== undefined && loginHint !== ''
  // Which of the two is wrong is not said, so both are marked.
  const described = problem === undefined ? {} : { 'aria-describedby': PROBLEM_ID, ...(isWrong ? { 'aria-invalid': 'true' as const } : {}) }
  return (
    <>
      <label for="login" safe>
        {say(offersRegistration ? 'sign-in.login-or-phone' : 'sign-in.login')}
      </label>
      <input
        id="login"
        name={SIGN_IN_FIELDS.login}
        type="text"
        autocomplete="username"
        autocapitalize="none"
        spellcheck="false"
        maxlength={255}
        required
        value={attribute(loginHint ?? '')}
        autofocus={!isLoginKnown}
        {...described}
      />
      <label for="password" safe>
        {say('sign-in.password')}
      </label>
      <input
        id="password"
        name={SIGN_IN_FIELDS.password}
        type="password"
        autocomplete="current-password"
        required
        autofocus={isLoginKnown}
        {...described}
      />
    </>
  )
}

function WhatIsAsked({ setting, applicationName, scopes }: SignInModel & { readonly applicationName: string }): JSX.Element {
  const say = sayIn(setting.language)
  if (scopes.length === 0) return <p safe>{say('sign-in.asks.application', { application: applicationName })}</p>
  return (
    <>
      <p safe>{say('sign-in.scopes', { application: applicationName })}</p>
      <ul>
        {scopes.map((scope) => (
          <Scope scope={scope} say={say} />
        ))}
      </ul>
    </>
  )
}

function Scope({ scope, say }: { readonly scope: string; readonly say: Say }): JSX.Element {
  const key = KNOWN_SCOPES.find((known) => known === `scope.${scope}`)
  if (key !== undefined) return <li safe>{say(key)}</li>
  return (
    <li>
      <span safe>{say('scope.other')}</span> <code safe>{scope}</code>
    </li>
  )
}

const KNOWN_SCOPES = ['scope.offline_access', 'scope.smarthub', 'scope.CompApp', 'scope.openid', 'scope.profile', 'scope.email'] as const

function sayProblem(language: Language, problem: SignInProblem): string {
  const say = sayIn(language)
  switch (problem.kind) {
    case 'wrong_name_or_password':
      return say('sign-in.problem.wrong-name-or-password')
    case 'throttled':
      return say('sign-in.problem.throttled', { time: sayDuration(language, problem.retryAfterSeconds) })
    case 'signed_out':
      return say('sign-in.problem.signed-out')
  }
}

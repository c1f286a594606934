/** The pages on which people delete their account, and on which they keep it after all. */
import { attribute } from './attribute.ts'
import { FORM_TOKEN_FIELD } from './form-token.ts'
import { LanguageLinks } from './language-choice.tsx'
import { assemblePage } from './layout.tsx'
import { LEAVING_FIELDS } from './leaving-form.ts'
import type { Language, Page, PageSetting } from './page.ts'
import { sayDate, sayDuration, sayIn } from './say.ts'

export interface LeaveModel {
  readonly setting: PageSetting
  /** Proves that the form was sent from this page. */
  readonly formToken: string
  readonly problem: LeaveProblem | undefined
}

export type LeaveProblem = { readonly kind: 'password' } | { readonly kind: 'throttled'; readonly retryAfterSeconds: number }

const PROBLEM_ID = 'problem'

/** Asks whether it is meant, and for the password. */
export function renderLeave(model: LeaveModel): Page {
  const { setting, problem } = model
  return assemblePage({
    setting,
    title: sayIn(setting.language)(problem === undefined ? 'leave.title' : 'leave.title-with-problem'),
    main: <Leave {...model} />,
    footer: <LanguageLinks language={setting.language} />,
  })
}

function Leave({ setting: { language, root }, formToken, problem }: LeaveModel): JSX.Element {
  const say = sayIn(language)
  return (
    <>
      <h1 safe>{say('leave.title')}</h1>
      {problem === undefined ? undefined : (
        <p id={PROBLEM_ID} class="problem" role="alert" safe>
          {sayProblem(language, problem)}
        </p>
      )}
      <ul>
        <li safe>{say('leave.at-once')}</li>
        <li safe>{say('leave.later')}</li>
        <li safe>{say('leave.undo')}</li>
      </ul>
      <form method="post" action={attribute(`${root}account/delete`)}>
        <input type="hidden" name={FORM_TOKEN_FIELD} value={attribute(formToken)} />
        <input type="hidden" name={LEAVING_FIELDS.locales} value={language} />
        <label for="password" safe>
          {say('leave.password')}
        </label>
        <input
          id="password"
          name={LEAVING_FIELDS.password}
          type="password"
          autocomplete="current-password"
          required
          autofocus
          {...(problem?.kind === 'password' ? { 'aria-invalid': 'true' as const, 'aria-describedby': PROBLEM_ID } : {})}
        />
        <div class="actions">
          <button type="submit" class="button main" safe>
            {say('leave.submit')}
          </button>
          <a class="button" href={attribute(`${root}account`)} safe>
            {say('leave.back')}
          </a>
        </div>
      </form>
    </>
  )
}

function sayProblem(language: Language, problem: LeaveProblem): string {
  const say = sayIn(language)
  if (problem.kind === 'password') return say('leave.problem.password')
  return say('leave.problem.throttled', { time: sayDuration(language, problem.retryAfterSeconds) })
}

/** It is done. @param erasesAt milliseconds since 1970 */
export function renderLeft({ setting, erasesAt }: { readonly setting: PageSetting; readonly erasesAt: number }): Page {
  const say = sayIn(setting.language)
  const date = sayDate(setting.language, erasesAt)
  return assemblePage({
    setting,
    title: say('left.title'),
    main: (
      <>
        <h1 safe>{say('left.title')}</h1>
        <p safe>{say('left.text', { date })}</p>
        <p safe>{say('left.undo')}</p>
      </>
    ),
  })
}

export interface StayModel {
  readonly setting: PageSetting
  /** Milliseconds since 1970. */
  readonly erasesAt: number
  readonly leaving: string
}

/** For who signs in to an account that is about to be erased. */
export function renderStay({ setting, erasesAt, leaving }: StayModel): Page {
  const { language, root } = setting
  const say = sayIn(language)
  return assemblePage({
    setting,
    title: say('stay.title'),
    main: (
      <>
        <h1 safe>{say('stay.title')}</h1>
        <p safe>{say('stay.text', { date: sayDate(language, erasesAt) })}</p>
        <p safe>{say('stay.nothing')}</p>
        <form method="post" action={attribute(`${root}account/keep`)}>
          <input type="hidden" name={LEAVING_FIELDS.leaving} value={attribute(leaving)} />
          <input type="hidden" name={LEAVING_FIELDS.locales} value={language} />
          <div class="actions">
            <button type="submit" class="button main" safe>
              {say('stay.submit')}
            </button>
          </div>
        </form>
      </>
    ),
  })
}

/** The account is kept; the way back in leads to it. */
export function renderStayed({ setting }: { readonly setting: PageSetting }): Page {
  const say = sayIn(setting.language)
  return assemblePage({
    setting,
    title: say('stayed.title'),
    main: (
      <>
        <h1 safe>{say('stayed.title')}</h1>
        <p safe>{say('stayed.text')}</p>
        <a class="button" href={attribute(`${setting.root}account`)} safe>
          {say('signed-out.again')}
        </a>
      </>
    ),
  })
}

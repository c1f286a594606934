/** The page that asks for a mobile number, to send a code to. */
import { attribute } from './attribute.ts'
import { CODE_ANSWER, CODE_FIELDS, type CodeWay } from './code-form.ts'
import { LanguageButtons } from './language-choice.tsx'
import { assemblePage } from './layout.tsx'
import type { Page, PageSetting } from './page.ts'
import { sayDuration, sayIn } from './say.ts'

export interface AskPhoneModel {
  readonly setting: PageSetting
  readonly way: CodeWay
  /** Where its form is sent, relative to the page. */
  readonly action: string
  /** What was typed. */
  readonly phone: string
  readonly problem: AskPhoneProblem | undefined
}

export type AskPhoneProblem = { readonly kind: 'phone' } | { readonly kind: 'throttled'; readonly retryAfterSeconds: number }

const FORM_ID = 'ask-phone'
const PROBLEM_ID = 'problem'
const HINT_ID = 'phone-hint'

export function renderAskPhone(model: AskPhoneModel): Page {
  const { setting, way, problem } = model
  return assemblePage({
    setting,
    title: sayIn(setting.language)(problem === undefined ? `${way}.title` : `${way}.title-with-problem`),
    main: <AskPhone {...model} />,
    footer: <LanguageButtons language={setting.language} form={FORM_ID} />,
  })
}

function AskPhone({ setting: { language }, way, action, phone, problem }: AskPhoneModel): JSX.Element {
  const say = sayIn(language)
  const isWrong = problem?.kind === 'phone'
  const described = problem === undefined ? HINT_ID : `${PROBLEM_ID} ${HINT_ID}`
  return (
    <>
      <h1 safe>{say(`${way}.title`)}</h1>
      {problem === undefined ? undefined : (
        <p id={PROBLEM_ID} class="problem" role="alert" safe>
          {problem.kind === 'phone'
            ? say('phone.problem.phone')
            : say('phone.problem.throttled', { time: sayDuration(language, problem.retryAfterSeconds) })}
        </p>
      )}
      <p safe>{say(`${way}.intro`)}</p>
      <form id={FORM_ID} method="post" action={attribute(action)}>
        <input type="hidden" name={CODE_FIELDS.locales} value={language} />
        <label for="phone" safe>
          {say('phone.label')}
        </label>
        <input
          id="phone"
          name={CODE_FIELDS.phone}
          type="tel"
          autocomplete="tel"
          maxlength={40}
          required
          autofocus
          value={attribute(phone)}
          aria-describedby={described}
          {...(isWrong ? { 'aria-invalid': 'true' as const } : {})}
        />
        <p id={HINT_ID} class="quiet" safe>
          {say('phone.hint')}
        </p>
        <div class="actions">
          <button type="submit" class="button main" name={CODE_FIELDS.answer} value={CODE_ANSWER} safe>
            {say('phone.submit')}
          </button>
        </div>
      </form>
    </>
  )
}

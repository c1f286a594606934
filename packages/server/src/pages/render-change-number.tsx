/** The two pages on which a person changes the number: one asks for it, one takes the code that was sent to it. */
import { attribute } from './attribute.ts'
import { LanguageButtons } from './language-choice.tsx'
import { assemblePage } from './layout.tsx'
import { OWN_ANSWER, OWN_FIELDS } from './own-form.ts'
import type { Language, Page, PageSetting } from './page.ts'
import { sayDuration, sayIn } from './say.ts'

interface NumberForm {
  readonly setting: PageSetting
  /** Proves that the form was sent from this page. */
  readonly formToken: string
}

export interface ChangeNumberModel extends NumberForm {
  /** What was typed. */
  readonly phone: string
  readonly problem?: ChangeNumberProblem | undefined
}

export type ChangeNumberProblem =
  | { readonly kind: 'current' | 'phone' | 'same' }
  | { readonly kind: 'throttled' | 'messages'; readonly retryAfterSeconds: number }

export interface ConfirmNumberModel extends NumberForm {
  readonly codeId: string
  readonly number: string
  readonly problem?: ConfirmNumberProblem | undefined
}

export type ConfirmNumberProblem = { readonly kind: 'code' } | { readonly kind: 'throttled'; readonly retryAfterSeconds: number }

const FORM_ID = 'change-number'
const PROBLEM_ID = 'problem'
const HINT_ID = 'phone-hint'

export function renderChangeNumber(model: ChangeNumberModel): Page {
  const { language } = model.setting
  const { problem } = model
  return renderNumberPage(model, problem && sayChangeProblem(language, problem), 'account/number', <ChangeFields {...model} />)
}

export function renderConfirmNumber(model: ConfirmNumberModel): Page {
  const { language } = model.setting
  const { problem } = model
  return renderNumberPage(model, problem && sayConfirmProblem(language, problem), 'account/number/code', <ConfirmFields {...model} />)
}

/** @param fields are HTML */
function renderNumberPage({ setting, formToken }: NumberForm, problem: string | undefined, action: string, fields: JSX.Element): Page {
  const { language, root } = setting
  const say = sayIn(language)
  return assemblePage({
    setting,
    title: say(problem === undefined ? 'change-number.title' : 'change-number.title-with-problem'),
    main: (
      <>
        <h1 safe>{say('change-number.title')}</h1>
        {problem === undefined ? undefined : (
          <p id={PROBLEM_ID} class="problem" role="alert" safe>
            {problem}
          </p>
        )}
        <form id={FORM_ID} method="post" action={attribute(root + action)}>
          <input type="hidden" name={OWN_FIELDS.locales} value={language} />
          <input type="hidden" name={OWN_FIELDS.formToken} value={attribute(formToken)} />
          {fields}
        </form>
      </>
    ),
    footer: <LanguageButtons language={language} form={FORM_ID} />,
  })
}

function ChangeFields({ setting: { language, root }, phone, problem }: ChangeNumberModel): JSX.Element {
  const say = sayIn(language)
  const isNumberWrong = problem?.kind === 'phone' || problem?.kind === 'same'
  return (
    <>
      <p safe>{say('change-number.intro')}</p>
      <label for="phone" safe>
        {say('change-number.new')}
      </label>
      <input
        id="phone"
        name={OWN_FIELDS.phone}
        type="tel"
        autocomplete="tel"
        maxlength={40}
        required
        autofocus
        value={attribute(phone)}
        aria-describedby={isNumberWrong ? `${PROBLEM_ID} ${HINT_ID}` : HINT_ID}
        {...(isNumberWrong ? { 'aria-invalid': 'true' as const } : {})}
      />
      <p id={HINT_ID} class="quiet" safe>
        {say('phone.hint')}
      </p>
      <label for="current" safe>
        {say('own.current-password')}
      </label>
      <input
        id="current"
        name={OWN_FIELDS.current}
        type="password"
        autocomplete="current-password"
        required
        {...(problem?.kind === 'current' ? { 'aria-invalid': 'true' as const, 'aria-describedby': PROBLEM_ID } : {})}
      />
      <Buttons main={say('phone.submit')} other={say('own.back')} href={`${root}account`} />
    </>
  )
}

function ConfirmFields({ setting: { language, root }, codeId, number, problem }: ConfirmNumberModel): JSX.Element {
  const say = sayIn(language)
  return (
    <>
      <input type="hidden" name={OWN_FIELDS.codeId} value={attribute(codeId)} />
      <input type="hidden" name={OWN_FIELDS.phone} value={attribute(number)} />
      <p safe>{say('code.sent', { number })}</p>
      <p safe>{say('change-number.after')}</p>
      <label for="code" safe>
        {say('code.label')}
      </label>
      <input
        id="code"
        name={OWN_FIELDS.code}
        type="text"
        inputmode="numeric"
        autocomplete="one-time-code"
        maxlength={20}
        required
        autofocus
        {...(problem?.kind === 'code' ? { 'aria-invalid': 'true' as const, 'aria-describedby': PROBLEM_ID } : {})}
      />
      <Buttons main={say('change-number.confirm')} other={say('code.again')} href={`${root}account/number`} />
    </>
  )
}

interface ButtonsModel {
  readonly main: string
  readonly other: string
  readonly href: string
}

function Buttons({ main, other, href }: ButtonsModel): JSX.Element {
  return (
    <div class="actions">
      <button type="submit" class="button main" name={OWN_FIELDS.answer} value={OWN_ANSWER} safe>
        {main}
      </button>
      <a class="button" href={attribute(href)} safe>
        {other}
      </a>
    </div>
  )
}

function sayChangeProblem(language: Language, problem: ChangeNumberProblem): string {
  const say = sayIn(language)
  switch (problem.kind) {
    case 'current':
      return say('own.problem.current')
    case 'phone':
      return say('phone.problem.phone')
    case 'same':
      return say('change-number.problem.same')
    case 'throttled':
      return say('sign-in.problem.throttled', { time: sayDuration(language, problem.retryAfterSeconds) })
    case 'messages':
      return say('phone.problem.throttled', { time: sayDuration(language, problem.retryAfterSeconds) })
  }
}

function sayConfirmProblem(language: Language, problem: ConfirmNumberProblem): string {
  const say = sayIn(language)
  if (problem.kind === 'code') return say('code.problem.code')
  return say('code.problem.throttled', { time: sayDuration(language, problem.retryAfterSeconds) })
}

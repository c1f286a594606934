/** The page that takes a code back, with a password to be set. */
import { attribute } from './attribute.ts'
import { CODE_ANSWER, CODE_FIELDS, type CodeWay } from './code-form.ts'
import { LanguageButtons } from './language-choice.tsx'
import { assemblePage } from './layout.tsx'
import type { Language, Page, PageSetting } from './page.ts'
import { sayDuration, sayIn } from './say.ts'

export interface GiveCodeModel {
  readonly setting: PageSetting
  readonly way: CodeWay
  /** Where its form is sent, relative to the page. */
  readonly action: string
  /** Of the page that asks for a number, relative to the page. */
  readonly back: string
  readonly codeId: string
  readonly number: string
  /** What was typed. */
  readonly name: string
  readonly problem: GiveCodeProblem | undefined
}

export type GiveCodeProblem =
  | { readonly kind: 'code' | 'name' | 'password-short' | 'password-long' | 'password-common' }
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number }

const FORM_ID = 'give-code'
const PROBLEM_ID = 'problem'
const HINT_ID = 'password-hint'

export function renderGiveCode(model: GiveCodeModel): Page {
  const { setting, way, problem } = model
  return assemblePage({
    setting,
    title: sayIn(setting.language)(problem === undefined ? `${way}.title` : `${way}.title-with-problem`),
    main: <GiveCode {...model} />,
    footer: <LanguageButtons language={setting.language} form={FORM_ID} />,
  })
}

function GiveCode(model: GiveCodeModel): JSX.Element {
  const { setting, way, action, back, codeId, number, problem } = model
  const { language } = setting
  const say = sayIn(language)
  return (
    <>
      <h1 safe>{say(`${way}.title`)}</h1>
      {problem === undefined ? undefined : (
        <p id={PROBLEM_ID} class="problem" role="alert" safe>
          {sayProblem(language, problem)}
        </p>
      )}
      <p safe>{say('code.sent', { number })}</p>
      <form id={FORM_ID} method="post" action={attribute(action)}>
        <input type="hidden" name={CODE_FIELDS.locales} value={language} />
        <input type="hidden" name={CODE_FIELDS.codeId} value={attribute(codeId)} />
        <input type="hidden" name={CODE_FIELDS.phone} value={attribute(number)} />
        <Fields {...model} />
        <div class="actions">
          <button type="submit" class="button main" name={CODE_FIELDS.answer} value={CODE_ANSWER} safe>
            {say(`code.${way}`)}
          </button>
          <a class="button" href={attribute(back)} safe>
            {say('code.again')}
          </a>
        </div>
      </form>
    </>
  )
}

function Fields({ setting, way, name, problem }: GiveCodeModel): JSX.Element {
  const say = sayIn(setting.language)
  const marked = (isMeant: boolean) => (isMeant ? { 'aria-invalid': 'true' as const, 'aria-describedby': PROBLEM_ID } : {})
  const isPasswordWrong = problem?.kind.startsWith('password') ?? false
  return (
    <>
      <label for="code" safe>
        {say('code.label')}
      </label>
      <input
        id="code"
        name={CODE_FIELDS.code}
        type="text"
        inputmode="numeric"
        autocomplete="one-time-code"
        maxlength={20}
        required
        autofocus
        {...marked(problem?.kind === 'code')}
      />
      {way === 'recover' ? undefined : (
        <>
          <label for="name" safe>
            {say('code.name')}
          </label>
          <input
            id="name"
            name={CODE_FIELDS.name}
            type="text"
            autocomplete="name"
            maxlength={100}
            value={attribute(name)}
            {...marked(problem?.kind === 'name')}
          />
        </>
      )}
      <label for="password" safe>
        {say('code.password')}
      </label>
      <input
        id="password"
        name={CODE_FIELDS.password}
        type="password"
        autocomplete="new-password"
        required
        aria-describedby={isPasswordWrong ? `${PROBLEM_ID} ${HINT_ID}` : HINT_ID}
        {...(isPasswordWrong ? { 'aria-invalid': 'true' as const } : {})}
      />
      <p id={HINT_ID} class="quiet" safe>
        {say('code.password-hint')}
      </p>
    </>
  )
}

function sayProblem(language: Language, problem: GiveCodeProblem): string {
  const say = sayIn(language)
  if (problem.kind === 'throttled') return say('code.problem.throttled', { time: sayDuration(language, problem.retryAfterSeconds) })
  return say(`code.problem.${problem.kind}`)
}

/** The part of a person's own page that shows which applications have tokens of the person. */
import { attribute } from './attribute.ts'
import type { PageSetting } from './page.ts'
import { sayDate, sayIn } from './say.ts'

export interface ApplicationModel {
  readonly id: string
  readonly name: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
  /** Milliseconds since 1970. */
  readonly lastUsedAt: number
}

export interface ApplicationsModel {
  readonly setting: PageSetting
  readonly applications: readonly ApplicationModel[]
  /** A hidden field that proves that the form was sent from this page. */
  readonly proof: JSX.Element
}

/** The name of the field that says which application is to be ended. */
export const APPLICATION_FIELD = 'application'

/** @param model.proof is HTML */
export function Applications({ setting, applications, proof }: ApplicationsModel): JSX.Element {
  const { language, root } = setting
  const say = sayIn(language)
  return (
    <>
      <h2 safe>{say('account.applications')}</h2>
      <p class="quiet" safe>
        {say('account.applications-end')}
      </p>
      <ul class="sessions">
        {applications.map(({ id, name, startedAt, lastUsedAt }) => (
          <li>
            <p>
              <strong safe>{name}</strong>{' '}
              <span safe>{say('account.session', { started: sayDate(language, startedAt), used: sayDate(language, lastUsedAt) })}</span>
            </p>
            <form method="post" action={attribute(`${root}account/end-application`)}>
              {proof}
              <input type="hidden" name={APPLICATION_FIELD} value={attribute(id)} />
              <button type="submit" class="button" aria-label={attribute(say('account.end-application-of', { application: name }))} safe>
                {say('account.end-application')}
              </button>
            </form>
          </li>
        ))}
      </ul>
    </>
  )
}

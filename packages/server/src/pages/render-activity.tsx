/** What has happened to an account, for the person whose it is. */
import { attribute } from './attribute.ts'
import { LanguageLinks } from './language-choice.tsx'
import { assemblePage } from './layout.tsx'
import type { MessageKey } from './messages/messages.ts'
import type { Language, Page, PageSetting } from './page.ts'
import { sayIn, sayInstant } from './say.ts'

type KindKey = Extract<MessageKey, `activity.kind.${string}`>

export interface ActivityModel {
  readonly setting: PageSetting
  /** Newest first. */
  readonly events: readonly EventModel[]
}

export interface EventModel {
  readonly kind: KindKey extends `activity.kind.${infer Kind}` ? Kind : never
  /** How often in a row. */
  readonly times: number
  /** Milliseconds since 1970; of the last. */
  readonly at: number
  readonly addressBlock: string | undefined
  readonly device: string | undefined
  readonly applicationName: string | undefined
  readonly byOperator: boolean
}

export function renderActivity({ setting, events }: ActivityModel): Page {
  const { language, root } = setting
  const say = sayIn(language)
  return assemblePage({
    setting,
    title: say('activity.title'),
    main: (
      <>
        <h1 safe>{say('activity.title')}</h1>
        <p safe>{say('activity.intro')}</p>
        <ul class="sessions">
          {events.map((event) => (
            <Event language={language} event={event} />
          ))}
        </ul>
        <div class="actions">
          <a class="button" href={attribute(`${root}account`)} safe>
            {say('own.back')}
          </a>
        </div>
      </>
    ),
    footer: <LanguageLinks language={language} />,
  })
}

interface EventParts {
  readonly language: Language
  readonly event: EventModel
}

function Event({ language, event }: EventParts): JSX.Element {
  const say = sayIn(language)
  const { kind, times, at, addressBlock, device, applicationName, byOperator } = event
  const details = [
    ...(applicationName === undefined ? [] : [applicationName]),
    ...(device === undefined ? [] : [device]),
    ...(addressBlock === undefined ? [] : [say('activity.from', { address: addressBlock })]),
    ...(byOperator ? [say('activity.by-operator')] : []),
    ...(times === 1 ? [] : [say('activity.times', { times: String(times) })]),
  ]
  return (
    <li>
      <p>
        <strong safe>{say(`activity.kind.${kind}`)}</strong>{' '}
        <time datetime={new Date(at).toISOString()} safe>
          {sayInstant(language, at)}
        </time>
      </p>
      {details.length === 0 ? undefined : (
        <p class="quiet" safe>
          {details.join(' · ')}
        </p>
      )}
    </li>
  )
}

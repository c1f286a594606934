/** What happened, and what to do about it, where there is nobody to send the browser back to. */
import { assemblePage } from './layout.tsx'
import type { MessageKey } from './messages/messages.ts'
import type { Page, PageSetting } from './page.ts'
import { sayIn } from './say.ts'

/** A code of the catalogue: `error.<code>.title` and `error.<code>.text`. */
export type PageErrorCode = MessageKey extends infer Key ? (Key extends `error.${infer Code}.title` ? Code : never) : never

export interface ErrorModel {
  readonly setting: PageSetting
  readonly code: PageErrorCode
  /** Under which our logs tell more. */
  readonly requestId: string
}

export function renderError({ setting, code, requestId }: ErrorModel): Page {
  const say = sayIn(setting.language)
  const title = say(`error.${code}.title`)
  return assemblePage({
    setting,
    title,
    main: (
      <>
        <h1 safe>{title}</h1>
        <p safe>{say(`error.${code}.text`)}</p>
        <p class="quiet">
          <span safe>{say('error.request-id')}</span> <code safe>{requestId}</code>
        </p>
      </>
    ),
  })
}

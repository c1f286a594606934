/** The page that answers a form of the front page. */
import { attribute } from './attribute.ts'
import { assemblePage } from './layout.tsx'
import type { Page, PageSetting } from './page.ts'
import { TrialForm } from './trial-form.tsx'
import type { FormModel, ResultModel } from './trial-model.ts'
import { TrialResult } from './trial-result.tsx'

export interface TrialPageModel {
  readonly setting: PageSetting
  /** What people call the door. */
  readonly title: string
  readonly result: ResultModel
  /** To try again with. */
  readonly form: FormModel
}

export function renderTrial({ setting, title, result, form }: TrialPageModel): Page {
  const { root } = setting
  return assemblePage({
    setting,
    title,
    bodyClass: 'wide',
    main: (
      <>
        <p>
          <a class="back" href={attribute(root)}>
            All doors
          </a>
        </p>
        <h1 safe>{title}</h1>
        <h2>What came of it</h2>
        <TrialResult result={result} root={root} />
        <h2>Once more</h2>
        <TrialForm form={form} root={root} isMain={false} />
      </>
    ),
  })
}

/** A form that tries a door out. It is sent by the browser itself, or by the script of the front page where that runs. */
import { attribute } from './attribute.ts'
import type { FormField, FormModel } from './trial-model.ts'

/** Names of fields that are no step's own. */
export const STEP_FIELD = 'step'
export const NEXT_FIELD = 'next'

/** @param root from the page's address to the tenant's root @param isMain whether it is what the reader is most likely to want */
export function TrialForm({
  form,
  root,
  isMain,
}: {
  readonly form: FormModel
  readonly root: string
  readonly isMain: boolean
}): JSX.Element {
  const { door, step, action, hint, fields, carried } = form
  return (
    <form class="trial" method="post" action={attribute(`${root}try/${door}`)}>
      <input type="hidden" name={STEP_FIELD} value={attribute(step)} />
      {Object.entries(carried).map(([name, value]) => (
        <input type="hidden" name={attribute(name)} value={attribute(value)} />
      ))}
      {hint === undefined ? undefined : (
        <p class="quiet" safe>
          {hint}
        </p>
      )}
      {fields.map((field) => (
        <Field field={field} id={`${door}-${step}-${field.name}`} />
      ))}
      <button type="submit" class={isMain ? 'button main' : 'button'} safe>
        {action}
      </button>
    </form>
  )
}

/** A password is not filled in by the browser's keeper of passwords, which might have another site's. */
function Field({ field: { name, label, kind, value }, id }: { readonly field: FormField; readonly id: string }): JSX.Element {
  const common = { id: attribute(id), name: attribute(name), autocomplete: kind === 'password' ? 'new-password' : 'off', required: true }
  return (
    <>
      <label for={attribute(id)} safe>
        {label}
      </label>
      <input
        {...common}
        type={kind === 'password' ? 'password' : 'text'}
        value={attribute(value)}
        autocapitalize="none"
        spellcheck="false"
        class={kind === 'text' ? undefined : 'code'}
      />
    </>
  )
}

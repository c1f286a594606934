/** Forms of a door's steps: as they stand on the front page, and as they follow from an answer. */
import type { FormModel } from '../../pages/trial-model.ts'
import { CHECK } from '../checking/trial.ts'
import type { DemoSettings } from '../door-demo.ts'
import type { NextStep, TrialOutcome, TrialStep, TrialValues } from '../door-trial.ts'
import type { FrontDoor } from '../front-door.ts'

/** A step of the door; any door's token can be checked. */
export function findStep({ trial }: FrontDoor, name: string): TrialStep | undefined {
  return trial?.steps.find((step) => step.name === name) ?? (name === CHECK.name ? CHECK : undefined)
}

interface FirstFormParts {
  readonly demo: DemoSettings | undefined
  /** Before, to be corrected: but for what is secret. */
  readonly typed?: TrialValues
  readonly makeSecret: () => string
}

export function firstForm(door: FrontDoor, { demo, typed = {}, makeSecret }: FirstFormParts): FormModel | undefined {
  const [step] = door.trial?.steps ?? []
  if (step === undefined) return undefined
  const values = step.fields.map(({ name, kind, isMade, setting = '', usual = '' }) => {
    if (isMade) return [name, makeSecret()] as const
    const known = demo?.[setting]
    const again = kind === 'text' ? typed[name] : undefined
    return [name, again ?? (typeof known === 'string' ? known : usual)] as const
  })
  return formOf(door, step, Object.fromEntries(values))
}

/** What may be done after an answer: check the token again, and the door's next step. */
export function nextForms(door: FrontDoor, { accessToken, next }: TrialOutcome): FormModel[] {
  const step = next === undefined ? undefined : findStep(door, next.step)
  const onward = next === undefined || step === undefined ? [] : [formOf(door, step, next.values)]
  return accessToken === undefined ? onward : [checkForm(door, accessToken, next), ...onward]
}

/** It brings the next step along, so that this can be taken afterwards too. */
function checkForm({ name: door }: FrontDoor, accessToken: string, next: NextStep | undefined): FormModel {
  const carried = { accessToken, ...(next === undefined ? {} : { next: next.step, ...next.values }) }
  return { door, step: CHECK.name, action: 'Check again', fields: [], carried }
}

function formOf({ name: door }: FrontDoor, { name, action, hint, fields }: TrialStep, values: TrialValues): FormModel {
  const typed = fields.filter(({ isCarried }) => isCarried !== true)
  const carried = fields.filter(({ isCarried }) => isCarried === true).map((field) => [field.name, values[field.name] ?? ''])
  return {
    door,
    step: name,
    action,
    hint,
    fields: typed.map((field) => ({ name: field.name, label: field.label, kind: field.kind, value: values[field.name] ?? '' })),
    carried: Object.fromEntries(carried),
  }
}

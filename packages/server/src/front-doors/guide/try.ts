/** `POST /try/<door>`: the front page's form, sent to the door as any client would send it, and a page with what came of it. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { toSeconds } from '../../domain/time.ts'
import { renderCode } from '../../pages/render-code.tsx'
import { renderTrial } from '../../pages/render-trial.tsx'
import { NEXT_FIELD, STEP_FIELD } from '../../pages/trial-form.tsx'
import type { ExchangeModel, FormModel, ResultModel } from '../../pages/trial-model.ts'
import { CHECK } from '../checking/trial.ts'
import type { TrialAnswer, TrialOutcome, TrialStep, TrialValues } from '../door-trial.ts'
import type { DoorDeps, FrontDoor } from '../front-door.ts'
import { sendPage } from '../pages.ts'
import { readQuery } from '../query.ts'
import { refuseForeignForms } from '../refuse-foreign-forms.ts'
import { contextOf, tenantOf } from '../request-context.ts'
import { RequestRefused } from '../request-refused.ts'
import { viewDemo } from './demo-view.ts'
import { tokenModelOf } from './try-check.ts'
import { canBeSent, sayAnswer, showAnswer, showRequest } from './try-exchange.ts'
import { findStep, firstForm, nextForms } from './try-form.ts'
import { PATHS } from './wire.ts'

/** What may be one: nothing that could say more to a reader. */
const CODE = /^[\w-]{20,100}$/

const DOOR_PARAMS = { params: Type.Object({ door: Type.String() }) } as const

/** A form as it was sent: a name that is not there is as an empty text. */
type SentForm = Readonly<Record<string, string>>

export function createTry(deps: DoorDeps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.addHook('preHandler', refuseForeignForms)

    /** Who comes back with a code sees it. Who loads the page of a form anew, or follows a link to it, is sent where forms are. */
    app.get(`${PATHS.try}/:door`, { schema: DOOR_PARAMS }, async (request, reply) => {
      const trial = deps.doors.find(({ name }) => name === request.params.door)?.trial
      const { code = '' } = trial?.showsCode ? readQuery(request, ['code']) : {}
      if (!CODE.test(code)) return reply.redirect('../', 303)
      return sendPage(reply, 200, renderCode({ setting: { language: 'en', root: '../' }, code }))
    })

    app.post(`${PATHS.try}/:door`, { config: { bodies: 'form' }, schema: DOOR_PARAMS }, async (request, reply) => {
      const form = (request.body ?? {}) as SentForm // `bodies: 'form'` lets nothing else through
      const door = deps.doors.find(({ name }) => name === request.params.door)
      const asked = form[STEP_FIELD] ?? door?.trial?.steps[0]?.name ?? ''
      const step = door === undefined ? undefined : findStep(door, asked)
      const first = door && firstFormOf(deps, request, door, form)
      if (door === undefined || first === undefined || step === undefined) throw new RequestRefused('not_found')
      const result = await tryStep(deps, request, { door, step, form })
      const setting = { language: 'en', root: '../' } as const
      return sendPage(
        reply,
        result === undefined ? 400 : 200,
        renderTrial({ setting, title: door.title, form: first, result: result ?? UNFIT }),
      )
    })
  }
}

function firstFormOf(deps: DoorDeps, request: FastifyRequest, door: FrontDoor, typed: SentForm): FormModel | undefined {
  const demo = viewDemo(request, deps)?.settingsOf(door.name)
  return firstForm(door, { demo, typed, makeSecret: deps.guide.makeSecret })
}

const UNFIT: ResultModel = {
  title: 'Not sent',
  isGood: false,
  words: 'A key or a token is empty, is too long, or holds what cannot stand in a header: letters beyond ASCII, or more than one line.',
  exchanges: [],
  forms: [],
}

interface Attempt {
  readonly door: FrontDoor
  readonly step: TrialStep
  readonly form: SentForm
}

/** @returns undefined if no client could send this */
async function tryStep(deps: DoorDeps, request: FastifyRequest, { door, step, form }: Attempt): Promise<ResultModel | undefined> {
  const values = valuesOf(step, form)
  const sent = step.request(values)
  if (!canBeSent(sent)) return undefined
  const answer = await deps.sendFor(request, sent)
  const outcome = step === CHECK ? { ...CHECK.outcomeOf(answer, values), ...nextOf(door, form) } : step.outcomeOf(answer, values)
  const baseUrl = deps.issuerOf(tenantOf(request))
  const exchange = { title: 'What crossed the wire', request: showRequest(step, values, baseUrl), answer: showAnswer(answer) }
  if (outcome === undefined)
    return { title: 'Refused', isGood: false, words: sayAnswer(answer, undefined), exchanges: [exchange], forms: [] }
  const token = await checkToken(deps, request, outcome, step === CHECK ? answer : undefined)
  return {
    title: titleOf(step, outcome, token?.model.check.isGood === true),
    isGood: token?.model.check.isGood !== false,
    words: step === CHECK ? 'This is what a gateway asks before it lets a call pass.' : sayAnswer(answer, outcome),
    signInAt: outcome.signInAt && new URL(outcome.signInAt, `${baseUrl}/`).href,
    token: token?.model,
    exchanges: [exchange, ...(token?.exchange === undefined ? [] : [token.exchange])],
    forms: nextForms(door, outcome),
  }
}

function titleOf(step: TrialStep, outcome: TrialOutcome, isGood: boolean): string {
  if (outcome.signInAt !== undefined) return 'Now sign in'
  if (step === CHECK) return isGood ? 'A good token' : 'Not a good token'
  return 'Here is the token'
}

/** Only what the step has fields for. */
function valuesOf({ fields }: TrialStep, form: SentForm): TrialValues {
  return Object.fromEntries(fields.map(({ name }) => [name, form[name] ?? '']))
}

/** The step that a check has brought along. */
function nextOf(door: FrontDoor, form: SentForm): Pick<TrialOutcome, 'next'> {
  const step = door.trial?.steps.find(({ name }) => name === form[NEXT_FIELD])
  return step === undefined ? {} : { next: { step: step.name, values: valuesOf(step, form) } }
}

/** @param answered the answer of a check that was the step itself */
async function checkToken(deps: DoorDeps, request: FastifyRequest, { accessToken }: TrialOutcome, answered: TrialAnswer | undefined) {
  if (accessToken === undefined) return undefined
  const values = { accessToken }
  const checked = answered ?? (await deps.sendFor(request, CHECK.request(values)))
  const exchange: ExchangeModel | undefined =
    answered === undefined
      ? { title: 'How it was checked', request: showRequest(CHECK, values, deps.issuerOf(tenantOf(request))), answer: showAnswer(checked) }
      : undefined
  return { model: tokenModelOf(accessToken, checked, toSeconds(contextOf(request).receivedAt)), exchange }
}

/** The real use cases on a file, asked line by line until somebody kills it: `killed-child.mjs <file> [<mutant>]`. */
import { createInterface } from 'node:readline'
import { Unavailable } from '../../packages/server/src/domain/fault.ts'
import { UNTIMELY } from './mutants.ts'
import { type Machine, openStage } from './stage.ts'

interface Question {
  readonly id: number
  readonly machine: Machine
  readonly name: string
  readonly args: readonly unknown[]
}

const [path = '', mutant = ''] = process.argv.slice(2)
const questions = createInterface({ input: process.stdin })
const early: Question[] = []
let ask = (question: Question): void => void early.push(question)
questions.on('line', (line) => ask(JSON.parse(line)))

const first = await new Promise<Question>((resolve) => {
  ask = (question) => {
    early.push(question)
    resolve(question)
  }
})
const stage = await openStage({
  path,
  machine: { ...first.machine },
  weakening: UNTIMELY[mutant] ?? {},
  seed: `${process.pid} ${process.hrtime.bigint()}`,
})

async function answer({ machine, name, args }: Question): Promise<unknown> {
  Object.assign(stage.machine, machine)
  if (name === 'tenant') return stage.tenant()
  if (name === 'beat') return stage.beat()
  const verb: unknown = Reflect.get(stage.useCases(), name)
  if (typeof verb !== 'function') throw new Error(`there is no verb ${name}`)
  return verb(...args)
}

ask = (question) => {
  answer(question).then(
    (value) => say({ id: question.id, value }),
    (error) => {
      const retryAfterSeconds = error instanceof Unavailable ? error.retryAfterSeconds : undefined
      say({ id: question.id, error: String(error), retryAfterSeconds })
    },
  )
}

/** Synchronous for a pipe: what was said has been said, whatever comes next. */
function say(answered: unknown): void {
  process.stdout.write(`${JSON.stringify(answered)}\n`)
}

for (const question of early) ask(question)

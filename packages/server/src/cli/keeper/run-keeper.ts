import { renderJson } from '../json.ts'
import type { Output } from '../output.ts'
import { renderTable } from '../table.ts'
import { escapeHidden, escapeHiddenInLines } from '../terminal-text.ts'
import type { Answer, Report } from './answer.ts'
import type { KeeperDeps } from './keeper-deps.ts'

/** Runs one command: writes its report or why it stopped, and says with which code the process ends. */
export type RunKeeper = (body: (deps: KeeperDeps) => Promise<Answer>) => Promise<void>

interface Surroundings {
  readonly output: Output
  readonly asJson: () => boolean
  readonly finish: (exit: number) => void
}

export function createKeeperRun(deps: KeeperDeps, { output, asJson, finish }: Surroundings): RunKeeper {
  return async (body) => {
    const answered = await body(deps).catch(async (error: unknown): Promise<Answer> => {
      const { explainError } = await import('./explain-error.ts')
      return explainError(error)
    })
    if (answered.ok) await write(output, answered.value, { asJson: asJson(), isTerminal: deps.streams.stdout.isTTY === true })
    else {
      if (asJson() && answered.document !== undefined) await output.data(renderJson(answered.document))
      await output.message(answered.sentence)
    }
    const failure = output.failure()
    if (failure !== undefined) {
      await output.message(`Standard output could not be written (${'code' in failure ? String(failure.code) : 'unknown error'}).`)
      finish(1)
    } else finish(answered.ok ? (answered.value.exit ?? 0) : answered.exit)
  }
}

async function write(output: Output, report: Report, { asJson, isTerminal }: { asJson: boolean; isTerminal: boolean }): Promise<void> {
  const { document, data, table, notes = [] } = report
  if (asJson && document !== undefined) await output.data(renderJson(document))
  else if (data !== undefined) await output.data(isTerminal ? showable(data) : data)
  else if (table !== undefined && table.rows.length > 0) await output.data(renderTable(table))
  for (const note of notes) await output.message(escapeHidden(note))
}

/** What a platform has answered cannot move the cursor. A pipe gets it byte for byte. */
function showable(data: string | Uint8Array): string {
  return escapeHiddenInLines(typeof data === 'string' ? data : new TextDecoder().decode(data))
}

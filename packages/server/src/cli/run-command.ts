import type { LoadedConfig } from '../config/config.ts'
import { Unavailable } from '../domain/fault.ts'
import { accept, type Outcome, refuse } from '../domain/outcome.ts'
import type { UseCases } from '../use-cases/use-cases.ts'
import type { Answer, Report } from './answer.ts'
import type { CliDeps } from './cli-deps.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'
import { renderJson } from './json.ts'
import type { Output } from './output.ts'
import { explainUnfit } from './redirect-uri-findings.ts'
import { type CommandRefusal, GUIDANCE } from './refusals.ts'
import { renderTable } from './table.ts'
import { escapeHidden } from './terminal-text.ts'

export interface GlobalOptions {
  readonly json?: true
  readonly dataDir?: string
}

/** What a command works with. Configuration and store are opened only by a command that asks for them. */
export interface CommandContext {
  readonly deps: CliDeps
  /** @param flags settings that the command itself takes on the command line, by name */
  loadConfig(flags?: Readonly<Record<string, string>>): Outcome<LoadedConfig, CommandRefusal>
  onStore(body: (useCases: UseCases) => Promise<Answer>): Promise<Answer>
  /** @param named the tenant's name; undefined: the default tenant's */
  onTenant(named: string | undefined, body: (useCases: UseCases, tenant: string) => Promise<Answer>): Promise<Answer>
}

/** Runs one command: writes its report or its refusal, and says with which code the process ends. */
export type Run = (body: (context: CommandContext) => Promise<Answer>) => Promise<void>

interface Surroundings {
  readonly output: Output
  readonly globals: () => GlobalOptions
  readonly finish: (exit: ExitCode) => void
}

export function createRun(deps: CliDeps, { output, globals, finish }: Surroundings): Run {
  return async (body) => {
    let dataDir = 'the data directory'
    const context = createContext(deps, globals(), (loaded) => {
      dataDir = loaded.config.dataDir
    })
    try {
      const answered = await body(context)
      if (answered.ok) await writeReport(output, answered.value, globals().json === true)
      else await output.message(explainRefusal(answered.refusal, { doors: deps.doors, dataDir }))
      const failure = output.failure()
      if (failure !== undefined) throw failure
      finish(answered.ok ? (answered.value.exit ?? EXIT.ok) : GUIDANCE[answered.refusal.code].exit)
    } catch (fault) {
      finish(await reportFault(output, fault))
    }
  }
}

function createContext(deps: CliDeps, globals: GlobalOptions, onLoaded: (loaded: LoadedConfig) => void): CommandContext {
  const loadConfig: CommandContext['loadConfig'] = (flags = {}) => {
    const loaded = deps.loadConfig({ ...flags, ...(globals.dataDir === undefined ? {} : { RINGKEY_DATA_DIR: globals.dataDir }) })
    if (loaded.ok) onLoaded(loaded.value)
    return loaded
  }
  const onStore: CommandContext['onStore'] = async (body) => {
    const loaded = loadConfig()
    if (!loaded.ok) return loaded
    const opened = await deps.openUseCases(loaded.value.config)
    if (!opened.ok) return opened
    try {
      return await body(opened.value.useCases)
    } finally {
      await opened.value.close()
    }
  }
  const onTenant: CommandContext['onTenant'] = (named, body) =>
    onStore(async (useCases) => {
      const tenant = named === undefined ? await findDefaultTenant(useCases) : accept(named)
      return tenant.ok ? body(useCases, tenant.value) : tenant
    })
  return { deps, loadConfig, onStore, onTenant }
}

async function findDefaultTenant(useCases: UseCases): Promise<Outcome<string, CommandRefusal>> {
  const found = (await useCases.list.tenants()).find((tenant) => tenant.isDefault)
  return found === undefined ? refuse({ code: 'tenant_needed' }) : accept(found.name)
}

async function writeReport(output: Output, report: Report, asJson: boolean): Promise<void> {
  if (asJson && report.document !== undefined) await output.data(renderJson(report.document))
  else if (report.madeSecret !== undefined) await output.data(`${report.madeSecret}\n`)
  else if (report.table !== undefined && report.table.rows.length > 0) await output.data(renderTable(report.table))
  else if (report.table !== undefined) await output.message('There are none.')
  for (const note of report.notes) await output.message(escapeHidden(note))
}

function explainRefusal(refusal: CommandRefusal, surroundings: { doors: readonly string[]; dataDir: string }): string {
  const { sentence } = GUIDANCE[refusal.code]
  const lines = [typeof sentence === 'string' ? sentence : sentence(surroundings)]
  if (refusal.code === 'data_directory_unusable' && refusal.logDetail !== undefined) lines.push(`  ${escapeHidden(refusal.logDetail)}`)
  if (refusal.code === 'redirect_uri_invalid') lines.push(...explainUnfit(refusal).map((line) => `  ${escapeHidden(line)}`))
  if ('problems' in refusal) lines.push(...refusal.problems.map(({ name, problem }) => `  ${escapeHidden(name)} ${escapeHidden(problem)}`))
  return lines.join('\n')
}

async function reportFault(output: Output, fault: unknown): Promise<ExitCode> {
  if (fault instanceof Unavailable) {
    await output.message(`The store cannot answer now. Try again in ${fault.retryAfterSeconds} s.`)
    return EXIT.networkOrTime
  }
  await output.message(
    `Unexpected error, which should not have happened:\n${fault instanceof Error ? (fault.stack ?? fault.message) : String(fault)}`,
  )
  return EXIT.unexpected
}

import type { Command } from 'commander'
import type { ConfigProblem } from '../../config/config.ts'
import { accept } from '../../domain/outcome.ts'
import type { Answer } from '../answer.ts'
import { explain } from '../command-help.ts'
import { FINDINGS_SHAPE, type Finding, reportFindings } from '../finding.ts'
import type { RunKeeper } from '../keeper/run-keeper.ts'
import type { CommandContext, Run } from '../run-command.ts'

interface DoctorOptions {
  readonly server?: true
}

/** One word for both: who has no token does not know yet whose fault it is. */
export function addDoctorCommand(program: Command, run: Run, runKeeper: RunKeeper): void {
  const doctor = program
    .command('doctor')
    .description(
      'say what keeps tokens from being had, and what to do: files, proxy, certificates, network, clock, locks, tokens. Nothing is renewed, no secret is shown, and the exit code is that of the first thing that is wrong',
    )
    .argument('[name]', 'only this sign-in')
    .option(
      '--server',
      'look at the server of the data directory instead: settings, files, master key, store, disk, clock, ports, public address, text messages. Nothing is changed',
    )
  explain(doctor, {
    examples: ['ringkey doctor', 'ringkey doctor smartflo --json', 'ringkey doctor --server --data-dir /var/lib/ringkey'],
    json: FINDINGS_SHAPE,
  }).action((name: string | undefined, { server }: DoctorOptions) => {
    if (server === undefined) return runKeeper(async (deps) => (await import('../keeper/doctor/doctor.ts')).doctor(deps, name))
    if (name !== undefined) doctor.error('error: --server looks at the server, and takes no name')
    return run(examineServer)
  })
}

async function examineServer({ deps, loadConfig }: CommandContext): Promise<Answer> {
  const loaded = loadConfig()
  if (loaded.ok) return accept(reportFindings(await deps.examine(loaded.value)))
  const { refusal } = loaded
  return refusal.code === 'configuration_invalid' ? accept(reportFindings(refusal.problems.map(describeProblem))) : loaded
}

/** Without settings that hold nobody knows where to look. */
function describeProblem({ name, problem }: ConfigProblem): Finding {
  return { check: 'settings', of: name, found: `${name} ${problem}.`, remedy: 'Correct it, then look again.', exit: 'configuration' }
}

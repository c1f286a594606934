/**
 * The command line: arguments -> one use case -> output.
 *
 * - `commands/` one noun per file: its flags, the request that they make, and what is shown of the answer
 * - `run-command.ts` opens what a command asks for, writes its report or its refusal, and knows the exit code
 * - `refusals.ts` what a person is told for each refusal; `view.ts` which fields of a thing are shown
 * - `keeper/` the commands of integrators, which know the client and nothing of the server
 * - `new-password.ts`, `ask-hidden.ts` where a password comes from: never from an argument
 *
 * What is made (store, server) is handed in as `CliDeps`, and made only when a command needs it.
 */
import { Command } from 'commander'
import type { CliDeps } from './cli-deps.ts'
import { explain } from './command-help.ts'
import { addAccountCommands } from './commands/account.ts'
import { addApiKeyCommands } from './commands/apikey.ts'
import { addApplicationCommands } from './commands/application.ts'
import { addAuditCommands } from './commands/audit.ts'
import { addCompletionCommand } from './commands/completion.ts'
import { addConfigCommands } from './commands/config.ts'
import { addDoctorCommand } from './commands/doctor.ts'
import { addInitCommand } from './commands/init.ts'
import { addKeyCommands } from './commands/key.ts'
import { addOrganisationCommands } from './commands/organisation.ts'
import { addPermanentTokenCommands } from './commands/permanent-token.ts'
import { addServeCommand } from './commands/serve.ts'
import { addSessionCommands } from './commands/session.ts'
import { addTenantCommands } from './commands/tenant.ts'
import { addKeeperCommands } from './keeper/add-keeper-commands.ts'
import { createKeeperRun, type RunKeeper } from './keeper/run-keeper.ts'
import type { Output } from './output.ts'
import { createRun, type GlobalOptions, type Run } from './run-command.ts'
import { escapeHiddenInLines } from './terminal-text.ts'

const HELP_WIDTH = 100

/** @param surroundings where messages go, and what is told the exit code once a command has run */
export function createProgram(
  deps: CliDeps,
  { output, finish }: { readonly output: Output; readonly finish: (exit: number) => void },
): Command {
  const { stdout, stderr } = deps.streams
  const program = new Command('ringkey')
    .version(deps.version)
    .exitOverride()
    .showHelpAfterError('(add --help for the arguments and flags)')
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError: (text, write) => write(escapeHiddenInLines(withoutFlagValue(text))),
      getOutHelpWidth: () => HELP_WIDTH,
      getErrHelpWidth: () => HELP_WIDTH,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
  const globals = () => program.opts<GlobalOptions>()
  const runKeeper = createKeeperRun(deps.keeper, { output, asJson: () => globals().json === true, finish })
  return addCommands(program, createRun(deps, { output, globals, finish }), runKeeper)
}

/** Every command and flag. The reference is made from the same. */
export function addCommands(program: Command, run: Run, runKeeper: RunKeeper): Command {
  program
    .description('The token server for voice and cloud-telephony APIs.')
    .usage('<command> [options]')
    .configureHelp({ showGlobalOptions: true })
    .option('--json', 'print one JSON document instead of a table')
    .option('--data-dir <path>', 'the data directory, instead of RINGKEY_DATA_DIR')
  explain(program, { examples: ['ringkey serve --demo', 'ringkey init --doors smartflo', 'ringkey tenant list --json'] })
  addServeCommand(program, run)
  addInitCommand(program, run)
  addTenantCommands(program, run)
  addOrganisationCommands(program, run)
  addApplicationCommands(program, run)
  addApiKeyCommands(program, run)
  addAccountCommands(program, run)
  addPermanentTokenCommands(program, run)
  addSessionCommands(program, run)
  addKeyCommands(program, run)
  addAuditCommands(program, run)
  addConfigCommands(program, run)
  addKeeperCommands(program, runKeeper)
  addDoctorCommand(program, run, runKeeper)
  addCompletionCommand(program, runKeeper)
  return program
}

/** A misspelt flag may carry a secret (`--passwort=…`, `-p…`); the message about it must not. */
function withoutFlagValue(text: string): string {
  return text.replace(/(unknown option '(?:--[^=']*=|-[^-']))[^\n]*'/, "$1…'")
}

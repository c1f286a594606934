import { CommanderError } from 'commander'
import type { CliDeps } from './cli-deps.ts'
import { EXIT } from './exit-codes.ts'
import { createOutput } from './output.ts'
import { createProgram } from './program.ts'

/**
 * Runs the command that the arguments name.
 * @param args what follows the name of the program
 * @returns the exit code; the process should end by itself with it, so that what was written is not lost
 */
export async function runCli(args: readonly string[], deps: CliDeps): Promise<number> {
  const output = createOutput(deps.streams)
  let exit: number = EXIT.ok
  const program = createProgram(deps, {
    output,
    finish: (code) => {
      exit = code
    },
  })
  try {
    await program.parseAsync(args, { from: 'user' })
    return exit
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage
  }
}

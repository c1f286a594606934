import type { Command } from 'commander'
import { accept } from '../../domain/outcome.ts'
import { explain } from '../command-help.ts'
import type { Run } from '../run-command.ts'

interface ServeOptions {
  readonly demo?: true
  readonly workers?: string
}

export function addServeCommand(program: Command, run: Run): void {
  const serve = program
    .command('serve')
    .description('start the server; it ends in an orderly way on SIGINT and SIGTERM')
    .option('--demo', 'for trying things out: tenants, accounts and applications with random secrets, which are printed')
    .option('--workers <number>', 'how many processes answer requests, instead of RINGKEY_WORKERS')
  explain(serve, { examples: ['ringkey serve', 'ringkey serve --demo', 'ringkey serve --workers 4'] }).action((options: ServeOptions) =>
    run(async ({ deps, loadConfig }) => {
      const loaded = loadConfig(options.workers === undefined ? {} : { RINGKEY_WORKERS: options.workers })
      if (!loaded.ok) return loaded
      const served = await deps.serve(loaded.value.config, { demo: options.demo === true })
      return served.ok ? accept({ notes: [] }) : served
    }),
  )
}

import type { Command } from 'commander'
import { accept } from '../../domain/outcome.ts'
import { explain } from '../command-help.ts'
import type { Run } from '../run-command.ts'

export function addServeCommand(program: Command, run: Run): void {
  const serve = program
    .command('serve')
    .description('start the server; it ends in an orderly way on SIGINT and SIGTERM')
    .option('--demo', 'for trying things out: tenants, accounts and applications with random secrets, which are printed')
  explain(serve, { examples: ['ringkey serve', 'ringkey serve --demo'] }).action((options: { readonly demo?: true }) =>
    run(async ({ deps, loadConfig }) => {
      const loaded = loadConfig()
      if (!loaded.ok) return loaded
      const served = await deps.serve(loaded.value.config, { demo: options.demo === true })
      return served.ok ? accept({ notes: [] }) : served
    }),
  )
}

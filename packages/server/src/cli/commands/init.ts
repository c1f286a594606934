import type { Command } from 'commander'
import type { DoorName } from '../../domain/tenant.ts'
import { answer } from '../answer.ts'
import type { Initialised } from '../cli-deps.ts'
import { explain } from '../command-help.ts'
import { collectNames } from '../option-values.ts'
import type { Run } from '../run-command.ts'
import { TENANT } from './tenant-view.ts'

export function addInitCommand(program: Command, run: Run): void {
  const init = program
    .command('init')
    .description('set up a new data directory: master key, store and default tenant')
    .requiredOption('--doors <names>', 'the front doors of the default tenant, parted by commas', collectNames)
    .option('--tenant <name>', 'name of the default tenant', 'main')
  explain(init, {
    examples: ['ringkey init --doors smartflo', 'ringkey init --tenant acme --doors smartflo --data-dir /var/lib/ringkey'],
    json: `{ "dataDir", "masterKeyFile", "tenant": ${TENANT.shape} }, where "masterKeyFile" is null if a master key was given`,
  }).action(({ doors, tenant }: { readonly doors: readonly DoorName[]; readonly tenant: string }) =>
    run(async ({ deps, loadConfig }) => {
      const loaded = loadConfig()
      if (!loaded.ok) return loaded
      const { config } = loaded.value
      return answer(await deps.initialise(config, { tenant, doors }), (initialised) => ({
        document: {
          dataDir: config.dataDir,
          masterKeyFile: initialised.madeMasterKeyFile ?? null,
          tenant: TENANT.toJson(initialised.tenant),
        },
        table: TENANT.toTable([initialised.tenant]),
        notes: nextSteps(config.dataDir, initialised, init.optsWithGlobals<{ readonly dataDir?: string }>().dataDir),
      }))
    }),
  )
}

/** @param named by the flag, which the next commands then need too */
function nextSteps(dataDir: string, { tenant, madeMasterKeyFile }: Initialised, named: string | undefined): string[] {
  const there = named === undefined ? '' : ` --data-dir '${named.replaceAll("'", `'\\''`)}'`
  return [
    `Made: ${dataDir}, with the store and the default tenant ${tenant.name}.`,
    ...(madeMasterKeyFile === undefined
      ? []
      : [`Made: ${madeMasterKeyFile}. Keep a copy elsewhere: without it the store cannot be opened.`]),
    'Next:',
    `  ringkey organisation create "Example Ltd"${there}`,
    `  ringkey account create alice@example.com --organisation "Example Ltd"${there}`,
    `  ringkey serve${there}`,
  ]
}

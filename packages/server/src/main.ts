/**
 * The program: reads what it was asked on the command line and hands each command what it needs. All long-lived objects are made in
 * `composition/`, and only there.
 */
import { availableParallelism } from 'node:os'
import packageJson from '../package.json' with { type: 'json' }
import type { CliDeps } from './cli/cli-deps.ts'
import { EXIT } from './cli/exit-codes.ts'
import { runCli } from './cli/run-cli.ts'
import { initialise } from './composition/initialise.ts'
import { whyNodeIsTooOld } from './composition/node-version.ts'
import { openForCommand } from './composition/open-for-command.ts'
import { resealKeys } from './composition/reseal-keys.ts'
import { serveUntilSignal } from './composition/serve-until-signal.ts'
import { readEnvironment } from './config/environment.ts'
import { loadConfig } from './config/load-config.ts'
import { readTextFile } from './config/read-file.ts'
import { frontDoors } from './front-doors/registry.ts'

const { stdin, stdout, stderr } = process
const deps: CliDeps = {
  version: packageJson.version,
  doors: frontDoors.filter((door) => !door.isInEveryTenant).map((door) => door.name),
  streams: { stdin, stdout, stderr },
  loadConfig: (flags) =>
    loadConfig({
      environment: readEnvironment(),
      flags,
      readFile: readTextFile,
      workingDirectory: process.cwd(),
      cores: availableParallelism(),
    }),
  readFile: readTextFile,
  openUseCases: openForCommand,
  initialise,
  resealKeys,
  serve: (config, options) => serveUntilSignal(config, options, { stdout, process }),
}

const tooOld = whyNodeIsTooOld(process.versions.node)
if (tooOld !== undefined) {
  stderr.write(`${tooOld}\n`)
  process.exitCode = EXIT.configuration
} else {
  process.exitCode = await runCli(process.argv.slice(2), deps)
}

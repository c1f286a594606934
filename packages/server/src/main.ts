/**
 * The program: reads what it was asked on the command line and hands each command what it needs. All long-lived objects are made in
 * `composition/`, and only there; what a command needs of it is loaded when the command is called, so that help and the commands of
 * integrators do not wait for a server.
 */
import { availableParallelism } from 'node:os'
import packageJson from '../package.json' with { type: 'json' }
import type { CliDeps } from './cli/cli-deps.ts'
import { EXIT } from './cli/exit-codes.ts'
import { runCli } from './cli/run-cli.ts'
import { whyNodeIsTooOld } from './composition/node-version.ts'
import { environmentOfChild, readEnvironment } from './config/environment.ts'
import { loadConfig } from './config/load-config.ts'
import { readTextFile } from './config/read-file.ts'
import { systemTime } from './system-clock.ts'

const { stdin, stdout, stderr } = process
const streams = { stdin, stdout, stderr }
const deps: CliDeps = {
  version: packageJson.version,
  async doors() {
    const { frontDoors } = await import('./front-doors/registry.ts')
    return frontDoors.filter((door) => !door.isInEveryTenant).map((door) => door.name)
  },
  streams,
  loadConfig: (flags) =>
    loadConfig({
      environment: readEnvironment(),
      flags,
      readFile: readTextFile,
      workingDirectory: process.cwd(),
      cores: availableParallelism(),
    }),
  readFile: readTextFile,
  keeper: {
    streams,
    readFile: readTextFile,
    now: systemTime.wallMs,
    variables: () => environmentOfChild({}),
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms).unref()),
    environmentOfChild,
  },
  openUseCases: async (config) => (await import('./composition/open-for-command.ts')).openForCommand(config),
  initialise: async (config, request) => (await import('./composition/initialise.ts')).initialise(config, request),
  resealKeys: async (config, request) => (await import('./composition/reseal-keys.ts')).resealKeys(config, request),
  examine: async (loaded) => (await import('./composition/doctor/examine-server.ts')).examineServer(loaded),
  serve: async (config, options) =>
    (await import('./composition/serve-until-signal.ts')).serveUntilSignal(config, options, { stdout, process }),
}

const tooOld = whyNodeIsTooOld(process.versions.node)
if (tooOld !== undefined) {
  stderr.write(`${tooOld}\n`)
  process.exitCode = EXIT.configuration
} else {
  process.exitCode = await runCli(process.argv.slice(2), deps)
}

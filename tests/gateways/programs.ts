/** nginx and HAProxy as a distribution has them: found, started in the foreground in a folder of their own, and ended with the tests. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, vi } from 'vitest'
import { untilFound } from '../process/launch.ts'

export const GATEWAYS = ['nginx', 'haproxy'] as const
export type Gateway = (typeof GATEWAYS)[number]

/** Debian keeps them where the PATH of a user does not lead. */
const SYSTEM_FOLDERS = ['/usr/sbin', '/usr/local/sbin']

/**
 * Where the program is; undefined: on this machine its tests are skipped.
 * @throws if the environment says that they must not be
 */
export function findGateway(gateway: Gateway, environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const folders = [...(environment.PATH ?? '').split(delimiter), ...SYSTEM_FOLDERS].filter((folder) => folder !== '')
  const found = folders.map((folder) => join(folder, gateway)).find(isProgram)
  if (found === undefined && environment.RINGKEY_REQUIRE_GATEWAYS === '1')
    throw new Error(`RINGKEY_REQUIRE_GATEWAYS=1, and no ${gateway} on the PATH`)
  return found
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Which of the programs are here, for `describe.skipIf(…)`, and how a title says so. */
export const HERE = GATEWAYS.map((gateway) => {
  const isHere = findGateway(gateway) !== undefined
  return { gateway, isHere, title: isHere ? gateway : `${gateway}, which is not installed here` }
})

export interface Running {
  /** Everything that it has printed so far. */
  output(): string
  end(): Promise<void>
}

export interface GatewayStage {
  newFolder(): string
  /** Starts it on this configuration, and waits until it takes connections at the port. @throws if it ends instead */
  start(gateway: Gateway, configuration: string, port: number): Promise<Running>
}

/** Nothing is left behind by a test that hangs. */
const LIFE_MS = 240_000

/** What the programs of one test file stand on. */
export function openGatewayStage(): GatewayStage {
  vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })
  const folders: string[] = []
  const living = new Set<Running>()
  afterAll(async () => {
    await Promise.all([...living].map((one) => one.end()))
    for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  })
  function newFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'ringkey-gateway-'))
    folders.push(folder)
    return folder
  }
  return {
    newFolder,
    async start(gateway, configuration, port) {
      const program = findGateway(gateway)
      if (program === undefined) throw new Error(`there is no ${gateway} here`)
      const folder = newFolder()
      writeFileSync(join(folder, 'shipped.conf'), configuration)
      writeFileSync(join(folder, 'nginx.conf'), aroundNginx(folder))
      const args = gateway === 'nginx' ? ['-p', folder, '-c', 'nginx.conf', '-e', 'stderr'] : ['-db', '-f', join(folder, 'shipped.conf')]
      const running = run(program, args)
      living.add(running)
      await untilTaken(running, port)
      return running
    },
  }
}

/** What a distribution writes around the files of its `conf.d`, for one process in the foreground and a folder that anybody may have. */
function aroundNginx(folder: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${folder}/${kind};`)
  return `daemon off; master_process off; pid ${folder}/pid; events {} http { ${temporary.join(' ')} include ${folder}/shipped.conf; }\n`
}

function run(program: string, args: readonly string[]): Running & { readonly hasEnded: () => boolean } {
  const child: ChildProcess = spawn(program, args, { env: {}, stdio: ['ignore', 'pipe', 'pipe'], timeout: LIFE_MS, killSignal: 'SIGKILL' })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (chunk: string) => (printed += chunk))
  let hasEnded = false
  const ended = once(child, 'close').then(() => {
    hasEnded = true
  })
  return {
    output: () => printed,
    hasEnded: () => hasEnded,
    async end() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

async function untilTaken(running: ReturnType<typeof run>, port: number): Promise<void> {
  await untilFound(async () => {
    if (running.hasEnded()) throw new Error(`it ended: ${running.output()}`)
    const socket = connect(port, '127.0.0.1')
    const isTaken = await Promise.race([once(socket, 'connect').then(() => true), once(socket, 'error').then(() => false)]).catch(
      () => false,
    )
    socket.destroy()
    return isTaken || undefined
  })
}

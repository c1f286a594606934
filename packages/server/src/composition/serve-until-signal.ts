import cluster from 'node:cluster'
import type { Writable } from 'node:stream'
import type { StartRefusal } from '../cli/cli-deps.ts'
import type { Config } from '../config/config.ts'
import { accept, type Outcome } from '../domain/outcome.ts'
import { endOnFault } from './end-on-fault.ts'
import { startServer } from './serve.ts'
import { serveAsWorker } from './serve-as-worker.ts'
import { startWithWorkers } from './serve-with-workers.ts'

interface Surroundings {
  readonly stdout: Writable
  readonly process: Pick<NodeJS.Process, 'once' | 'exit'>
}

/** Serves until SIGINT or SIGTERM, then ends in an orderly way. */
export async function serveUntilSignal(
  config: Config,
  options: { readonly demo: boolean },
  { stdout, process }: Surroundings,
): Promise<Outcome<undefined, StartRefusal>> {
  endOnFault(config, process)
  const signalled = new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
  if (cluster.isWorker) {
    await serveAsWorker(config, options, signalled)
    return accept(undefined)
  }
  const print = (text: string) => void stdout.write(text)
  const started = await (config.workers === 1 ? startServer : startWithWorkers)(config, { ...options, print })
  if (!started.ok) return started
  const { announcement, port, metricsPort, stop } = started.value
  if (announcement !== undefined) stdout.write(`${announcement}\n\n`)
  stdout.write(
    `Ringkey listens on ${config.host}:${port}${metricsPort === undefined ? '' : `, metrics on 127.0.0.1:${metricsPort}`}. Ctrl-C ends it.\n`,
  )
  await signalled
  await stop()
  return accept(undefined)
}

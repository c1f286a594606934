import cluster from 'node:cluster'
import type { StartRefusal } from '../cli/cli-deps.ts'
import { type Config, publicUrlOf } from '../config/config.ts'
import type { OutboxMessage } from '../delivery/outbox.ts'
import type { DemoView } from '../demo/run-demo.ts'
import { accept, type Outcome } from '../domain/outcome.ts'
import { createEvents } from '../events/events.ts'
import { createMetrics } from '../http/metrics.ts'
import { startBackgroundTasks } from './background-tasks.ts'
import { chooseGateway, lettersPerDayOf } from './choose-gateway.ts'
import { createLog, createServerSink } from './event-sink.ts'
import { createGatewayFigures } from './gateway-figures.ts'
import { openHouse, randomness } from './open-house.ts'
import { listenForTenants, type Undo, undoAll } from './tenant-listener.ts'
import type { FromWorker, ToWorker } from './worker-messages.ts'

/** One of several processes that answer requests on one socket. What is done once for a store, the process that watches does. */
export async function serveAsWorker(config: Config, { demo }: { readonly demo: boolean }, stopped: Promise<void>): Promise<void> {
  const started = await startAnswering(config, demo)
  if (!started.ok) await tell({ kind: 'refused', refusal: started.refusal })
  else {
    await tell({ kind: 'listening', port: started.value.port })
    await stopped
    await started.value.stop()
  }
  cluster.worker?.disconnect() // which would keep this process
}

async function startAnswering(config: Config, demo: boolean): Promise<Outcome<{ port: number; stop(): Promise<void> }, StartRefusal>> {
  const log = createLog(config.logLevel, { worker: cluster.worker?.id })
  const metrics = createMetrics()
  const events = createEvents({ randomness, sink: createServerSink(log.logger, metrics.registry) })
  let port = config.port
  let isFurnished = !demo
  let demoView: DemoView | undefined
  let outbox: readonly OutboxMessage[] = []
  process.on('message', async (message: ToWorker) => {
    if (message.kind === 'furnished') {
      demoView = message.demo
      isFurnished = true
    } else if (message.kind === 'posted') outbox = message.outbox
    else await tell({ kind: 'figures', asked: message.asked, figures: await metrics.registry.getMetricsAsJSON() })
  })
  const publicUrl = () => publicUrlOf(config, port)
  const share = { ...config, hashWorkers: Math.ceil(config.hashWorkers / config.workers) }
  const onPosted = (posted: OutboxMessage) => void tell({ kind: 'posted', message: posted })
  const figures = createGatewayFigures(metrics.registry)
  const gateway = await chooseGateway(config, { demo, onPosted, onReceipt: figures.received })
  const mail = { perDay: lettersPerDayOf(config, demo) } // the process that watches brings them away
  const opened = await openHouse(share, { make: false, publicUrl, events, gateway, onMessage: figures.answered, mail })
  if (!opened.ok) return opened
  const house = opened.value

  if (gateway !== undefined) figures.watch(house.texts)
  const undo: Undo = [() => log.flush(), () => house.store.close(), () => house.texts.stop()]
  const stop = () => undoAll(undo)
  const taken = await listenForTenants(
    { config, demo, house, events, metrics, publicUrl, isFurnished: () => isFurnished, demoView: () => demoView, outbox: () => outbox },
    undo,
  )
  if (!taken.ok) {
    await stop()
    return taken
  }
  port = taken.value
  const tasks = startBackgroundTasks(house, events, ['own'])
  undo.splice(2, 0, house.flushUses, () => tasks.stop()) // after the listener, before the store
  return accept({ port, stop })
}

/** Resolves when it is on its way, and also when nobody is there any more to be told. */
function tell(message: FromWorker): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send?.(message, undefined, undefined, () => resolve())
    else resolve()
  })
}

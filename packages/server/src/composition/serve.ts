import type { StartRefusal } from '../cli/cli-deps.ts'
import { type Config, publicUrlOf } from '../config/config.ts'
import { createMessageBoard, type OutboxMessage, showMessage } from '../delivery/outbox.ts'
import { type RunDemo, runDemo } from '../demo/run-demo.ts'
import { accept, type Outcome } from '../domain/outcome.ts'
import { issuerOf } from '../domain/tenant.ts'
import { createEvents } from '../events/events.ts'
import { frontDoors } from '../front-doors/registry.ts'
import { createMetrics } from '../http/metrics.ts'
import { createMetricsListener } from '../http/metrics-listener.ts'
import { startBackgroundTasks } from './background-tasks.ts'
import { chooseGateway, chooseMailGateway, lettersPerDayOf } from './choose-gateway.ts'
import { createLog, createServerSink } from './event-sink.ts'
import { createGatewayFigures, createLetterFigures } from './gateway-figures.ts'
import { doorCatalogue, type OpenedHouse, openHouse, randomness } from './open-house.ts'
import { listenForTenants, listening, type Undo, undoAll } from './tenant-listener.ts'

export interface RunningServer {
  readonly port: number
  /** undefined: no metrics listener */
  readonly metricsPort: number | undefined
  /** What a demo prints; undefined without. */
  readonly announcement: string | undefined
  /** Takes nothing new, finishes what is under way, and closes the store. */
  stop(): Promise<void>
}

export interface ServeOptions {
  readonly demo: boolean
  /** Shows something to who has started a demo. */
  readonly print: (text: string) => void
}

/** Starts a server of one process: store, doors, listeners, background work. */
export async function startServer(config: Config, { demo, print }: ServeOptions): Promise<Outcome<RunningServer, StartRefusal>> {
  const log = createLog(config.logLevel)
  const metrics = createMetrics()
  const events = createEvents({ randomness, sink: createServerSink(log.logger, metrics.registry) })
  let port = config.port
  let isFurnished = !demo
  let furnished: RunDemo | undefined
  const publicUrl = () => publicUrlOf(config, port)
  const board = createMessageBoard()
  const onPosted = (message: OutboxMessage) => {
    board.post(message)
    print(showMessage(message))
  }
  const figures = createGatewayFigures(metrics.registry)
  const gateway = await chooseGateway(config, { demo, onPosted, onReceipt: figures.received })
  const letterFigures = createLetterFigures(metrics.registry)
  const mailGateway = await chooseMailGateway(config, { demo, onPosted })
  const mail = { perDay: lettersPerDayOf(config, demo), gateway: mailGateway, onAnswer: letterFigures.answered }
  const opened = await openHouse(config, { make: demo, publicUrl, events, gateway, onMessage: figures.answered, mail })
  if (!opened.ok) return opened
  const house = opened.value

  if (gateway !== undefined) figures.watch(house.texts)
  letterFigures.watch(house)
  const undo: Undo = [() => log.flush(), () => house.store.close(), () => stopMessages(house)]
  const stop = () => undoAll(undo)
  const taken = await listenForTenants(
    { config, demo, house, events, metrics, publicUrl, isFurnished: () => isFurnished, demoView: () => furnished, outbox: board.messages },
    undo,
  )
  if (!taken.ok) {
    await stop()
    return taken
  }
  const metricsTaken = await listenForMetrics(config, metrics.registry, undo)
  if (!metricsTaken.ok) {
    await stop()
    return metricsTaken
  }
  port = taken.value
  const tasks = startBackgroundTasks(house, events)
  undo.splice(2, 0, house.flushUses, () => tasks.stop()) // after the listeners, before the store
  await orStop(house.reportDamagedKeys(), stop)
  furnished = demo ? await orStop(furnishDemo(config, house, publicUrl), stop) : undefined
  isFurnished = true
  events.publish(events.serverStarted({}, { publicUrl: publicUrl().href, demo }))
  undo.splice(1, 0, async () => events.publish(events.serverStopped({}))) // the last line before the log is flushed
  return accept({ port, metricsPort: metricsTaken.value, announcement: furnished?.announcement, stop })
}

/** What is under way has a little time to arrive. */
export async function stopMessages({ texts, carrier }: Pick<OpenedHouse, 'texts' | 'carrier'>): Promise<void> {
  await Promise.all([texts.stop(), carrier?.stop()])
}

/** A start that fails on its way leaves no listener behind, which would keep the process. */
export async function orStop<Value>(work: Promise<Value>, stop: () => Promise<void>): Promise<Value> {
  return work.catch(async (fault: unknown) => {
    await stop()
    throw fault
  })
}

/** @returns the port, or undefined where no metrics are asked for */
export async function listenForMetrics(
  { metricsPort }: Config,
  registry: Parameters<typeof createMetricsListener>[0],
  undo: Undo,
): Promise<Outcome<number | undefined, StartRefusal>> {
  if (metricsPort === undefined) return accept(undefined)
  const listener = createMetricsListener(registry)
  const port = await listening(listener.listen(metricsPort))
  if (port.ok) undo.push(() => listener.stop())
  return port
}

export function furnishDemo(config: Config, { useCases }: OpenedHouse, publicUrl: () => URL): Promise<RunDemo> {
  return runDemo({
    useCases,
    doors: frontDoors,
    collide: doorCatalogue.collide,
    randomness,
    issuerOf: (tenant) => issuerOf(tenant, publicUrl()),
    dataDir: config.dataDir,
  })
}

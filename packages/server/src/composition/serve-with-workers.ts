/**
 * A server of several processes. This one watches: it opens the store first, so that what is wrong with it is said once; it does what
 * is done once for a store; it starts the workers, and others in the place of those that die; it adds up their figures. The workers
 * (`serve-as-worker.ts`) answer requests, and take the connections of one socket.
 */
import { Gauge } from 'prom-client'
import type { StartRefusal } from '../cli/cli-deps.ts'
import { type Config, publicUrlOf } from '../config/config.ts'
import { createMessageBoard, type OutboxMessage, showMessage } from '../delivery/outbox.ts'
import { accept, type Outcome } from '../domain/outcome.ts'
import { createEvents } from '../events/events.ts'
import { createMetrics } from '../http/metrics.ts'
import { systemTime } from '../system-clock.ts'
import { startBackgroundTasks } from './background-tasks.ts'
import { chooseMailGateway, lettersPerDayOf } from './choose-gateway.ts'
import { createLog, createServerSink } from './event-sink.ts'
import { createLetterFigures } from './gateway-figures.ts'
import { openHouse, randomness } from './open-house.ts'
import { furnishDemo, listenForMetrics, orStop, type RunningServer, type ServeOptions, stopMessages } from './serve.ts'
import { createSumOfFigures } from './sum-of-figures.ts'
import { type Undo, undoAll } from './tenant-listener.ts'
import { createWorkerPool } from './worker-pool.ts'

export async function startWithWorkers(config: Config, { demo, print }: ServeOptions): Promise<Outcome<RunningServer, StartRefusal>> {
  const log = createLog(config.logLevel)
  const { registry } = createMetrics()
  const events = createEvents({ randomness, sink: createServerSink(log.logger, registry) })
  let port = config.port
  const publicUrl = () => publicUrlOf(config, port)
  const board = createMessageBoard()
  const onPosted = (message: OutboxMessage) => {
    board.post(message)
    print(showMessage(message))
    pool.posted(board.messages())
  }
  const letterFigures = createLetterFigures(registry)
  const mailGateway = await chooseMailGateway(config, { demo, onPosted })
  const mail = { perDay: lettersPerDayOf(config, demo), gateway: mailGateway, onAnswer: letterFigures.answered }
  const opened = await openHouse(config, { make: demo, publicUrl, events, mail })
  if (!opened.ok) return opened
  const house = opened.value

  letterFigures.watch(house)
  const undo: Undo = [() => log.flush(), () => house.store.close()]
  const stop = () => undoAll(undo)
  const sum = createSumOfFigures()
  const pool = createWorkerPool({ workers: config.workers, time: systemTime, events, onGone: sum.keep, onPosted })
  new Gauge({
    name: 'ringkey_workers',
    help: 'Processes that answer requests.',
    registers: [registry],
    collect() {
      this.set(pool.listening())
    },
  })
  undo.push(() => pool.stop())
  const taken = await orStop(pool.start(), stop)
  if (!taken.ok) {
    await stop()
    return taken
  }
  const metrics = {
    contentType: registry.contentType,
    metrics: async () => sum.of([await registry.getMetricsAsJSON(), ...(await pool.figures())]),
  }
  const metricsTaken = await listenForMetrics(config, metrics, undo)
  if (!metricsTaken.ok) {
    await stop()
    return metricsTaken
  }
  port = taken.value
  const tasks = startBackgroundTasks(house, events, ['shared'])
  undo.splice(
    2,
    0,
    () => tasks.stop(),
    () => stopMessages(house),
  ) // after the workers, before the store
  await orStop(house.reportDamagedKeys(), stop)
  const furnished = demo ? await orStop(furnishDemo(config, house, publicUrl), stop) : undefined
  pool.furnished(furnished && { settings: furnished.settings, tenants: furnished.tenants })
  events.publish(events.serverStarted({}, { publicUrl: publicUrl().href, demo, workers: config.workers }))
  undo.splice(1, 0, async () => events.publish(events.serverStopped({})))
  return accept({ port, metricsPort: metricsTaken.value, announcement: furnished?.announcement, stop })
}

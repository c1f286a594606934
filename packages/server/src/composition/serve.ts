import packageJson from '../../package.json' with { type: 'json' }
import type { StartRefusal } from '../cli/cli-deps.ts'
import { type Config, publicUrlOf } from '../config/config.ts'
import { type RunDemo, runDemo } from '../demo/run-demo.ts'
import { accept, type Outcome, refuse } from '../domain/outcome.ts'
import { issuerOf } from '../domain/tenant.ts'
import { createEvents, type Events } from '../events/events.ts'
import { findCollisions, frontDoors } from '../front-doors/registry.ts'
import { createApp } from '../http/app.ts'
import { createHttpServer, type HttpServer } from '../http/listen.ts'
import { createMetrics, type Metrics } from '../http/metrics.ts'
import { createMetricsListener } from '../http/metrics-listener.ts'
import type { RequestEvents } from '../http/request-events.ts'
import { systemTime } from '../system-clock.ts'
import { startBackgroundTasks } from './background-tasks.ts'
import { createLog, createServerSink } from './event-sink.ts'
import { doorCatalogue, type OpenedHouse, openHouse, randomness } from './open-house.ts'
import { readBuilt } from './read-built.ts'

/** A look at the store is a synced write; whoever asks in between gets the last answer. */
const HEALTH_MS = 1000

/** Names under which a demo is reached, whatever its public URL. */
const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]']

export interface RunningServer {
  readonly port: number
  /** undefined: no metrics listener */
  readonly metricsPort: number | undefined
  /** What a demo prints; undefined without. */
  readonly announcement: string | undefined
  /** Takes nothing new, finishes what is under way, and closes the store. */
  stop(): Promise<void>
}

interface Start {
  readonly config: Config
  readonly demo: boolean
  readonly house: OpenedHouse
  readonly events: Events
  readonly metrics: Metrics
  readonly publicUrl: () => URL
  /** Whether all is there that callers were promised: a demo's tenants and passwords. */
  readonly isFurnished: () => boolean
  /** undefined: no demo, or not yet */
  readonly furnished: () => RunDemo | undefined
}

/** Starts a server: store, doors, listeners, background work. */
export async function startServer(config: Config, { demo }: { readonly demo: boolean }): Promise<Outcome<RunningServer, StartRefusal>> {
  const log = createLog(config.logLevel)
  const metrics = createMetrics()
  const events = createEvents({ randomness, sink: createServerSink(log.logger, metrics.registry) })
  let port = config.port
  let isFurnished = !demo
  let furnished: RunDemo | undefined
  const publicUrl = () => publicUrlOf(config, port)
  const opened = await openHouse(config, { make: demo, publicUrl, events })
  if (!opened.ok) return opened
  const house = opened.value

  const undo: (() => Promise<void>)[] = [async () => log.flush(), () => house.store.close()]
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step()
  }
  const started = await listenAll(
    { config, demo, house, events, metrics, publicUrl, isFurnished: () => isFurnished, furnished: () => furnished },
    undo,
  )
  if (!started.ok) {
    await stop()
    return started
  }
  port = started.value.port
  const tasks = startBackgroundTasks(house, events)
  undo.splice(2, 0, house.flushUses, () => tasks.stop()) // after the listeners, before the store
  furnished = demo ? await orStop(furnishDemo(config, house, publicUrl), stop) : undefined
  isFurnished = true
  events.publish(events.serverStarted({}, { publicUrl: publicUrl().href, demo }))
  undo.splice(1, 0, async () => events.publish(events.serverStopped({}))) // the last line before the log is flushed
  return accept({ ...started.value, announcement: furnished?.announcement, stop })
}

/** A start that fails on its way leaves no listener behind, which would keep the process. */
async function orStop<Value>(work: Promise<Value>, stop: () => Promise<void>): Promise<Value> {
  return work.catch(async (fault: unknown) => {
    await stop()
    throw fault
  })
}

/** @param undo gets a step for each listener that was opened */
async function listenAll(
  start: Start,
  undo: (() => Promise<void>)[],
): Promise<Outcome<{ port: number; metricsPort: number | undefined }, StartRefusal>> {
  const { config, house, metrics, events } = start
  const tenants = await house.useCases.list.tenants()
  if (tenants.some(({ doors }) => findCollisions(doors).length > 0)) return refuse({ code: 'tenant_doors_collide' })
  await house.store.beat(house.clock.now())

  const app = createTenantApp(start)
  await app.prepare(tenants.map(({ doors }) => doors))
  undo.push(() => app.close())
  const { tls } = config
  const server: HttpServer = createHttpServer({
    app,
    tls: tls === undefined ? undefined : { cert: tls.certificatePem, key: tls.privateKeyPem },
    limits: { maxConnections: config.maxConnections },
    onDropped: () => events.publish(events.connectionDropped({})),
  })
  undo.push(() => server.stop())
  const port = await listening(server.listen(config.port, config.host))
  if (!port.ok) return port
  if (config.metricsPort === undefined) return accept({ port: port.value, metricsPort: undefined })

  const metricsListener = createMetricsListener(metrics.registry)
  const metricsPort = await listening(metricsListener.listen(config.metricsPort))
  if (!metricsPort.ok) return metricsPort
  undo.push(() => metricsListener.stop())
  return accept({ port: port.value, metricsPort: metricsPort.value })
}

function createTenantApp({ config, demo, house, events, metrics, publicUrl, isFurnished, furnished }: Start) {
  const isStoreHealthy = atMostOncePer(HEALTH_MS, () => house.clock.now(), house.store.isHealthy)
  const hosts = new Set([publicUrl().hostname, ...config.sharedHosts, ...(demo ? LOOPBACK_NAMES : [])])
  return createApp({
    useCases: house.useCases,
    issuerOf: (tenant) => issuerOf(tenant, publicUrl()),
    guide: {
      version: packageJson.version,
      readBuilt,
      demoSettingsOf: (door) => furnished()?.settings[door],
      demoTenants: () => furnished()?.tenants ?? [],
    },
    doors: frontDoors,
    sharedHosts: () => hosts,
    trustedProxies: config.trustedProxies,
    isReady: async () => isFurnished() && (await isStoreHealthy()),
    randomness,
    time: { now: () => house.clock.now(), monotonicMs: systemTime.monotonicMs },
    servesHttps: config.tls !== undefined || config.publicUrl?.protocol === 'https:',
    observe: observeRequests(events, metrics),
  })
}

function observeRequests(events: Events, metrics: Metrics): RequestEvents {
  return {
    request(answered) {
      metrics.request(answered)
      const { requestId, method, route, door = '', tenant = '', status = 0, durationMs } = answered
      events.publish(
        events.requestAnswered({ requestId }, { method, route, door, tenant, status, durationMs: Math.round(durationMs * 100) / 100 }),
      )
    },
    fault({ requestId, door = '', route, error }) {
      events.publish(events.faultHappened({ requestId }, { door, route, ...describeFault(error) }))
    },
  }
}

/** Where a fault came from. Its message may quote what a caller sent, so it stays out of the log. */
function describeFault(error: unknown): Record<string, string> {
  if (!(error instanceof Error)) return { error: typeof error }
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '))
  return { error: error.name, stack: frames.slice(0, 8).join('\n') }
}

async function listening(port: Promise<number>): Promise<Outcome<number, StartRefusal>> {
  try {
    return accept(await port)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EADDRINUSE') return refuse({ code: 'address_in_use' })
    if (code === 'EADDRNOTAVAIL' || code === 'EACCES' || code === 'ENOTFOUND')
      return refuse({ code: 'address_unusable', logDetail: String(code) })
    throw error
  }
}

function furnishDemo(config: Config, { useCases }: OpenedHouse, publicUrl: () => URL): Promise<RunDemo> {
  return runDemo({
    useCases,
    doors: frontDoors,
    collide: doorCatalogue.collide,
    randomness,
    issuerOf: (tenant) => issuerOf(tenant, publicUrl()),
    dataDir: config.dataDir,
  })
}

function atMostOncePer(ms: number, now: () => number, ask: () => Promise<boolean>): () => Promise<boolean> {
  let last: { readonly at: number; readonly answer: Promise<boolean> } | undefined
  return () => {
    const at = now()
    if (last === undefined || at - last.at >= ms) last = { at, answer: ask() }
    return last.answer
  }
}

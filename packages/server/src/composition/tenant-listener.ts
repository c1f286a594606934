/** The listener that answers for the tenants of a house: doors, transport, readiness. Whoever serves opens one. */
import packageJson from '../../package.json' with { type: 'json' }
import type { StartRefusal } from '../cli/cli-deps.ts'
import type { Config } from '../config/config.ts'
import type { OutboxMessage } from '../delivery/outbox.ts'
import type { DemoView } from '../demo/run-demo.ts'
import { accept, type Outcome, refuse } from '../domain/outcome.ts'
import { issuerOf } from '../domain/tenant.ts'
import type { Events } from '../events/events.ts'
import { findCollisions, frontDoors } from '../front-doors/registry.ts'
import { createApp } from '../http/app.ts'
import { createHttpServer } from '../http/listen.ts'
import type { Metrics } from '../http/metrics.ts'
import type { RequestEvents } from '../http/request-events.ts'
import { systemTime } from '../system-clock.ts'
import { describeFault } from './describe-fault.ts'
import { type OpenedHouse, randomness } from './open-house.ts'
import { readBuilt } from './read-built.ts'

/** A look at the store is a synced write; whoever asks in between gets the last answer. */
const HEALTH_MS = 1000

/** Names under which a demo is reached, whatever its public URL. */
const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]']

export interface Serving {
  readonly config: Config
  readonly demo: boolean
  readonly house: OpenedHouse
  readonly events: Events
  readonly metrics: Metrics
  readonly publicUrl: () => URL
  /** Whether all is there that callers were promised: a demo's tenants and passwords. */
  readonly isFurnished: () => boolean
  /** What the front page of a demo shows; undefined: no demo, or not yet. */
  readonly demoView: () => DemoView | undefined
  /** What a demo would have sent, the newest first. */
  readonly outbox: () => readonly OutboxMessage[]
}

/** Steps that undo what a start has done, in the order in which it was done. */
export type Undo = (() => Promise<void>)[]

/** Undoes, the last thing first. */
export async function undoAll(undo: Undo): Promise<void> {
  for (const step of undo.splice(0).reverse()) await step()
}

/**
 * @param undo gets a step for each thing that was opened
 * @returns the port
 */
export async function listenForTenants(serving: Serving, undo: Undo): Promise<Outcome<number, StartRefusal>> {
  const { config, house, events } = serving
  const tenants = await house.useCases.list.tenants()
  if (tenants.some(({ doors }) => findCollisions(doors).length > 0)) return refuse({ code: 'tenant_doors_collide' })
  await house.store.beat(house.clock.now())
  // Who seals the keys anew looks for a beat first, and we look after ours: one of the two sees the other.
  if (!(await house.hasSameMasterKey())) return refuse({ code: 'master_key_wrong' })

  const app = createTenantApp(serving)
  await app.prepare(tenants.map(({ doors }) => doors))
  undo.push(() => app.close())
  const { tls } = config
  const server = createHttpServer({
    app,
    tls: tls === undefined ? undefined : { cert: tls.certificatePem, key: tls.privateKeyPem },
    limits: { maxConnections: Math.max(1, Math.floor(config.maxConnections / config.workers)) },
    onDropped: () => events.publish(events.connectionDropped({})),
  })
  undo.push(() => server.stop())
  return listening(server.listen(config.port, config.host))
}

function createTenantApp({ config, demo, house, events, metrics, publicUrl, isFurnished, demoView, outbox }: Serving) {
  const isStoreHealthy = atMostOncePer(HEALTH_MS, () => house.clock.now(), house.store.isHealthy)
  const hosts = new Set([publicUrl().hostname, ...config.sharedHosts, ...(demo ? LOOPBACK_NAMES : [])])
  return createApp({
    useCases: house.useCases,
    issuerOf: (tenant) => issuerOf(tenant, publicUrl()),
    guide: {
      version: packageJson.version,
      makeSecret: () => randomness.bytes(32).toString('base64url'),
      readBuilt,
      demoSettingsOf: (door) => demoView()?.settings[door],
      demoTenants: () => demoView()?.tenants ?? [],
      demoOutbox: demo ? outbox : undefined,
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

/** @param port of a listener that is being opened */
export async function listening(port: Promise<number>): Promise<Outcome<number, StartRefusal>> {
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

function atMostOncePer(ms: number, now: () => number, ask: () => Promise<boolean>): () => Promise<boolean> {
  let last: { readonly at: number; readonly answer: Promise<boolean> } | undefined
  return () => {
    const at = now()
    if (last === undefined || at - last.at >= ms) last = { at, answer: ask() }
    return last.answer
  }
}

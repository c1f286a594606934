/** The real doors over the real use cases and a real store, on a real socket in this process, with a set clock and repeatable randomness. */
import { doorCatalogue } from '../composition/open-house.ts'
import { issuerOf } from '../domain/tenant.ts'
import type { GuideMaterial } from '../front-doors/guide/material.ts'
import { frontDoors } from '../front-doors/registry.ts'
import { createApp } from '../http/app.ts'
import { createHttpServer } from '../http/listen.ts'
import type { AnsweredRequest, RequestFault } from '../http/request-events.ts'
import { guideMaterial } from './guide-material.ts'
import { type EmptyHouse, openEmptyHouse, type TestHouseOptions } from './test-house.ts'

export interface ServedHouse {
  readonly port: number
  readonly house: EmptyHouse
  /** Bugs that requests have met: a test expects none. */
  readonly faults: readonly RequestFault[]
  stop(): Promise<void>
}

export interface ServedHouseOptions extends Pick<TestHouseOptions, 'clock' | 'path' | 'seed'> {
  /** The base of issuers; its host is the shared one. By default the listening address. */
  readonly publicUrl?: URL
  readonly trustedProxies?: readonly string[]
  readonly servesHttps?: boolean
  /** By default any that is free. A house that is opened again has to be where it was. */
  readonly port?: number
  /** By default that of a program that was not built. */
  readonly guide?: GuideMaterial
  /** Told of each request when it is over. */
  readonly observe?: (answered: AnsweredRequest) => void
}

export async function openServedHouse({
  publicUrl: given,
  trustedProxies = [],
  servesHttps = false,
  port: wanted = 0,
  observe = () => {},
  guide = guideMaterial,
  ...options
}: ServedHouseOptions = {}): Promise<ServedHouse> {
  let port = wanted
  const publicUrl = () => given ?? new URL(`http://127.0.0.1:${port}`)
  const house = await openEmptyHouse({
    ...options,
    doors: doorCatalogue,
    issuerOf: (tenant) => issuerOf(tenant, publicUrl()),
  })
  const faults: RequestFault[] = []
  const app = createApp({
    useCases: house.useCases,
    issuerOf: (tenant) => issuerOf(tenant, publicUrl()),
    guide,
    doors: frontDoors,
    sharedHosts: () => new Set(['127.0.0.1', 'localhost', publicUrl().hostname]),
    trustedProxies,
    isReady: () => house.store.isHealthy(),
    randomness: house.randomness,
    time: { now: () => house.clock.now(), monotonicMs: () => 0 },
    servesHttps,
    observe: { request: observe, fault: (fault) => void faults.push(fault) },
  })
  const server = createHttpServer({ app })
  port = await server.listen(wanted, '127.0.0.1')
  return {
    port,
    house,
    faults,
    async stop() {
      await server.stop()
      await app.close()
      await house.store.close()
    },
  }
}

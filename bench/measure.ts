/** Sends requests as fast as they are answered, and states what that cost the server. */
import { type Connection, openConnection } from './connection.ts'
import type { Server } from './servers.ts'

/** What one connection does. */
export interface Lane {
  /** The text of the next request. */
  next(): string
  /** Takes the body of its answer. */
  take(body: string): void
}

/** How long a measurement lasts: a time, or a number of requests on each connection. */
export type Extent = { readonly seconds: number } | { readonly requestsPerLane: number }

export interface Sample {
  readonly requests: number
  readonly requestsPerSecond: number
  /** Of all threads of the server's process; undefined where the operating system does not tell. */
  readonly cpuMicrosPerRequest: number | undefined
  readonly p50Ms: number
  readonly p99Ms: number
}

export async function measure(server: Server, lanes: readonly Lane[], extent: Extent): Promise<Sample> {
  const connections = await Promise.all(lanes.map(() => openConnection(server.port)))
  const latencies: number[] = []
  const cpuBefore = server.cpuMicros()
  const startedAt = performance.now()
  const isOver = overAfter(extent, startedAt)
  try {
    await Promise.all(lanes.map((lane, index) => drive(lane, connections[index], isOver, latencies)))
  } finally {
    for (const connection of connections) connection.close()
  }
  const seconds = (performance.now() - startedAt) / 1000
  const cpuMicros = server.cpuMicros()
  latencies.sort((a, b) => a - b)
  return {
    requests: latencies.length,
    requestsPerSecond: latencies.length / seconds,
    cpuMicrosPerRequest: cpuMicros === undefined || cpuBefore === undefined ? undefined : (cpuMicros - cpuBefore) / latencies.length,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
  }
}

function overAfter(extent: Extent, startedAt: number): (sent: number) => boolean {
  if ('requestsPerLane' in extent) return (sent) => sent >= extent.requestsPerLane
  const endsAt = startedAt + extent.seconds * 1000
  return () => performance.now() >= endsAt
}

async function drive(
  lane: Lane,
  connection: Connection | undefined,
  isOver: (sent: number) => boolean,
  latencies: number[],
): Promise<void> {
  for (let sent = 0; connection !== undefined && !isOver(sent); sent += 1) {
    const request = lane.next()
    const sentAt = performance.now()
    const { status, body } = await connection.ask(request)
    latencies.push(performance.now() - sentAt)
    if (status !== 200) throw new Error(`a request was answered ${status}: ${body}`)
    lane.take(body)
  }
}

/** @param sorted not empty */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/**
 * Loaded into a server before its program: at SIGUSR2 it collects garbage and prints how much memory is left, in bytes. With
 * TEST_LEAK it keeps something of each request, as a bug might.
 */
import { subscribe } from 'node:diagnostics_channel'

process.on('SIGUSR2', () => {
  if (globalThis.gc === undefined) throw new Error('node was started without --expose-gc')
  for (let round = 0; round < 4; round += 1) globalThis.gc()
  const { rss, heapUsed, external } = process.memoryUsage()
  process.stdout.write(`memory ${JSON.stringify({ rss, used: heapUsed + external })}\n`)
})

if (process.env.TEST_LEAK !== undefined) {
  /** @type {Buffer[]} */
  const kept = []
  subscribe('http.server.request.start', () => void kept.push(Buffer.alloc(4096)))
}

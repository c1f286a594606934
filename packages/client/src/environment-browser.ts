/** A browser's parts, with the names of `environment.ts`. */
import type { Environment } from './environment-parts.ts'
import { memoryStore } from './keep/memory-store.ts'

export const environment: Environment = {
  fetch: (input, init) => fetch(input, init),
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: () => Math.random(),
  newId: () => crypto.randomUUID(),
  host: 'browser',
  process: 0,
  isAlive: () => true,
  openDefaultStore: () => memoryStore(),
  // biome-ignore lint/suspicious/noConsole: a browser has no other place for warnings
  warn: (sentence) => console.warn(sentence),
}

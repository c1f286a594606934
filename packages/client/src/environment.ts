/** Node's parts. A build for browsers has `environment-browser.ts` in the place of this file. */
import { readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import type { Environment } from './environment-parts.ts'
import { defaultFolder, fileStore } from './keep/file-store.ts'
import { createFetch } from './node-fetch.ts'

export const environment: Environment = {
  fetch: createFetch(),
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: () => Math.random(),
  newId: () => crypto.randomUUID(),
  host: nameHost(),
  process: process.pid,
  isAlive,
  openDefaultStore: () => fileStore(defaultFolder()),
  warn: (sentence) => process.emitWarning(sentence, 'RingkeyWarning'),
}

/** With the process namespace: two containers may share a name, and then a process id means something else in each. */
function nameHost(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return hostname()
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

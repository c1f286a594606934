/** Node's parts. A build for browsers has `environment-browser.ts` in the place of this file. */
import { readlinkSync } from 'node:fs'
import { homedir, hostname } from 'node:os'
import { join } from 'node:path'
import type { Environment } from './environment-parts.ts'
import { fileStore } from './keep/file-store.ts'
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
}

/** `XDG_STATE_HOME` is where a program keeps what outlives it and is not worth a backup. */
export function defaultFolder(variables: Readonly<Record<string, string | undefined>> = process.env): string {
  const { RINGKEY_HOME: chosen, XDG_STATE_HOME: state } = variables
  return chosen || join(state || join(homedir(), '.local', 'state'), 'ringkey')
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

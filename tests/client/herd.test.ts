/**
 * Many processes wake with one expired token: one of them asks, once. `RINGKEY_TEST_ROUNDS` is how often, 2 by default.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fileStore } from '../../packages/client/src/keep/file-store.ts'
import { furnishForPasswords } from '../../packages/server/src/http/testing/furnish-for-passwords.ts'
import { openServedHouse, type ServedHouse } from '../../packages/server/src/testing/served-house.ts'
import { type ClientProcess, startClient } from './client-process.ts'

const ROUNDS = Number(process.env.RINGKEY_TEST_ROUNDS ?? 2)
const PROCESSES = 8
const TASKS = 100
const HOUR_MS = 3_600_000

let server: ServedHouse
let given: Record<string, string>
const requests: string[] = []
beforeAll(async () => {
  server = await openServedHouse({ observe: ({ route, status }) => void requests.push(`${route} ${status}`) })
  given = await furnishForPasswords(server.house, { tenant: 'herd', door: 'smartflo', issuer: 'http://127.0.0.1' })
})
afterAll(() => server.stop())

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ringkey-herd-'))
  folders.push(folder)
  return folder
}

function startHerd(folder: string, repeatsLostAnswers: boolean): Promise<readonly ClientProcess[]> {
  const { email = '', password = '' } = given
  const options = { baseUrl: `http://127.0.0.1:${server.port}/t/herd`, repeatsLostAnswers }
  const orders = { platform: 'smartflo', credentials: { email, password }, folder, options }
  return Promise.all(Array.from({ length: PROCESSES }, () => startClient(orders)))
}

/** Makes the kept token as old as if an hour and more had passed since it came. */
async function expire(folder: string): Promise<void> {
  const store = fileStore(folder)
  const key = keyIn(folder)
  const kept = await store.read(key)
  const record = JSON.parse(kept?.value ?? '')
  record.grant.issuedAt -= 2 * HOUR_MS
  record.grant.expiresAt -= 2 * HOUR_MS
  expect(await store.swap(key, kept?.version, JSON.stringify(record))).toBeDefined()
}

function keyIn(folder: string): string {
  const names = readdirSync(folder).map((name) => name.replace(/~\d+$/, ''))
  return names.find((name) => /^smartflo-[\da-f]+$/.test(name)) ?? ''
}

/** All at once. @returns what they got and what they met, together */
async function wake(herd: readonly ClientProcess[]): Promise<{ failures: unknown[]; values: unknown[] }> {
  for (const one of herd) one.say(`herd ${TASKS}`)
  const heard = await Promise.all(herd.map((one) => one.hear()))
  return { failures: heard.flatMap((one) => one?.failures ?? ['it has gone']), values: heard.flatMap((one) => one?.values ?? []) }
}

describe(`${PROCESSES} processes with ${TASKS} tasks each wake with one expired token`, () => {
  // Processes take long to start on a machine that has much to do.
  const timeout = 60_000 + ROUNDS * 20_000

  it.each([
    ['a Ringkey server is asked for exactly one refresh, and nobody fails', true, '/v1/auth/refresh 200'],
    ['a platform without a replay window is asked for exactly one sign-in, and nobody fails', false, '/v1/auth/login 200'],
  ])('%s', { timeout }, async (_sentence, repeatsLostAnswers, request) => {
    const folder = newFolder()
    for (let round = 0; round <= ROUNDS; round += 1) {
      const herd = await startHerd(folder, repeatsLostAnswers)
      if (round > 0) await expire(folder)
      requests.length = 0
      const { failures, values } = await wake(herd)
      expect(failures).toEqual([])
      expect(new Set(values).size).toBe(1)
      expect(requests).toEqual([round === 0 ? '/v1/auth/login 200' : request])
      await Promise.all(herd.map((one) => one.kill()))
    }
  })
})

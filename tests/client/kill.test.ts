/**
 * A program that is killed while it renews has lost nothing: the next one goes on with its session. `RINGKEY_TEST_KILLS` is how often
 * one is killed, 10 by default. No password is at hand, so that a lost session shows.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect } from '../../packages/client/src/connect.ts'
import { fileStore } from '../../packages/client/src/keep/file-store.ts'
import { furnishForPasswords } from '../../packages/server/src/http/testing/furnish-for-passwords.ts'
import { openServedHouse, type ServedHouse } from '../../packages/server/src/testing/served-house.ts'
import { type ClientProcess, startClient } from './client-process.ts'

const KILLS = Number(process.env.RINGKEY_TEST_KILLS ?? 10)

let server: ServedHouse
let given: Record<string, string>
const requests: string[] = []
const folder = mkdtempSync(join(tmpdir(), 'ringkey-kill-'))
beforeAll(async () => {
  server = await openServedHouse({ observe: ({ route, status }) => void requests.push(`${route} ${status}`) })
  given = await furnishForPasswords(server.house, { tenant: 'kill', door: 'smartflo', issuer: 'http://127.0.0.1' })
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await server.stop()
})

/** Lets it renew some times, and kills it somewhere within the next. @returns how far its clock had gone */
async function killWhileRenewing(client: ClientProcess, renewals: number, afterMs: number): Promise<number> {
  client.say('churn')
  let offset = 0
  for (let heard = 0; heard < renewals; heard += 1) {
    const said = await client.hear()
    expect(said?.failure).toBeUndefined()
    expect(said?.value).toMatch(/^eyJ/)
    offset = Number(said?.offset)
  }
  await new Promise((resolve) => setTimeout(resolve, afterMs)) // whenever it is, nothing may be lost
  await client.kill()
  for (let said = await client.hear(); said !== undefined; said = await client.hear()) {
    expect(said.failure).toBeUndefined()
    offset = Number(said.offset)
  }
  return offset
}

/** Whether what it left says that a call was under way. */
async function wasCutOff(): Promise<boolean> {
  const names = readdirSync(folder).map((name) => name.replace(/~\d+$/, ''))
  const kept = await fileStore(folder).read(names.find((name) => /^smartflo-[\da-f]+$/.test(name)) ?? '')
  return JSON.parse(kept?.value ?? '{}').intent !== undefined
}

describe('kill -9', () => {
  it(`at any instant of asking, writing and linking loses no session and leaves no broken file`, {
    timeout: 60_000 + KILLS * 6000,
  }, async () => {
    const { email = '', password = '' } = given
    const options = { baseUrl: `http://127.0.0.1:${server.port}/t/kill` }
    await (await connect('smartflo', { email, password }, { ...options, store: fileStore(folder) })).token()
    let offsetMs = 1
    let cutOff = 0
    for (let kill = 0; kill < KILLS; kill += 1) {
      offsetMs += 3_700_000
      const client = await startClient({ platform: 'smartflo', credentials: { email }, folder, offsetMs, options })
      offsetMs = Math.max(offsetMs, await killWhileRenewing(client, 1 + (kill % 3), (kill * 7) % 20)) + 3_700_000
      if (await wasCutOff()) cutOff += 1
    }
    const last = await startClient({ platform: 'smartflo', credentials: { email }, folder, offsetMs: offsetMs + 3_700_000, options })
    last.say('herd 1')
    const { failures, values } = (await last.hear()) ?? {}
    expect(failures).toEqual([])
    expect(requests.filter((line) => line.includes('login'))).toHaveLength(1)
    expect(requests.filter((line) => !/ (?:200|undefined)$/.test(line))).toEqual([]) // undefined: it was dead when the answer came
    if (KILLS >= 100) expect(cutOff, 'some were killed between a request and its answer').toBeGreaterThan(0)
    const [token] = values as string[]
    const verified = await fetch(`${options.baseUrl}/verify`, { headers: { authorization: `Bearer ${token}` } })
    expect(verified.status).toBe(200)
    await last.kill()
  })
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { publicUrlOf } from '../config/config.ts'
import { loadConfig } from '../config/load-config.ts'
import { readTextFile } from '../config/read-file.ts'
import type { DoorName } from '../domain/tenant.ts'
import { createEvents } from '../events/events.ts'
import { createMetrics } from '../http/metrics.ts'
import { silentSink } from './event-sink.ts'
import { initialise } from './initialise.ts'
import { openHouse, randomness } from './open-house.ts'
import { resealKeys } from './reseal-keys.ts'
import { listenForTenants, type Undo, undoAll } from './tenant-listener.ts'

let folder: string
const undo: Undo = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringkey-listener-test-'))
})
afterEach(async () => {
  await undoAll(undo)
  rmSync(folder, { recursive: true, force: true })
})

function load() {
  const environment = { RINGKEY_DATA_DIR: join(folder, 'ringkey-data'), RINGKEY_PORT: '0' }
  const loaded = loadConfig({ environment, flags: {}, readFile: readTextFile, workingDirectory: folder, cores: 2 })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.refusal))
  return loaded.value.config
}

/** A server that has opened its store, and has not said yet that it is there. */
async function begin() {
  const config = load()
  const events = createEvents({ randomness, sink: silentSink })
  const publicUrl = () => publicUrlOf(config, 0)
  const opened = await openHouse(config, { make: false, publicUrl, events })
  if (!opened.ok) throw new Error(opened.refusal.code)
  const house = opened.value
  undo.push(() => house.store.close())
  const rest = { isFurnished: () => true, demoView: () => undefined, outbox: () => [] }
  const listen = () => listenForTenants({ config, demo: false, house, events, metrics: createMetrics(), publicUrl, ...rest }, undo)
  return { config, listen }
}

beforeEach(async () => {
  expect(await initialise(load(), { tenant: 'main', doors: ['smartflo' as DoorName] })).toMatchObject({ ok: true })
})

it('a server listens at a port that it tells', async () => {
  const { listen } = await begin()
  expect(await listen()).toEqual({ ok: true, value: expect.any(Number) })
})

it('S156: a server that was starting while the keys were sealed anew does not go on with the old master key', async () => {
  const { config, listen } = await begin()
  expect(await resealKeys(config, { newKeyFile: join(folder, 'new.key') })).toMatchObject({ ok: true })
  expect(await listen()).toEqual({ ok: false, refusal: { code: 'master_key_wrong' } })
})

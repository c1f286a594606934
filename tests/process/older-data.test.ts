/**
 * A database that the program wrote when its schema was the first, kept as it was, with tokens of its day: opened by the program of today,
 * at the time at which it was made.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { DatabaseSync } from '@photostructure/sqlite'
import { expect, it } from 'vitest'
import { SQLITE_MIGRATIONS } from '../../packages/server/src/store/migrations/sqlite/all.ts'
import { createCaller, tokenOf } from './caller.ts'
import { openStage } from './launch.ts'
import { findLibrary, needs } from './required-programs.ts'

const stage = openStage()
const fakeTime = findLibrary('faketime/libfaketime.so.1')
const FOLDER = new URL('./older-data/', import.meta.url)
const made = JSON.parse(readFileSync(new URL('schema-1.json', FOLDER), 'utf8'))
const LATER_MS = 600_000

it('S158: a database of the first schema opens, its tokens are checked and refreshed, and what was ended stays so', async (context) => {
  needs(context, fakeTime, 'libfaketime')
  const { dataDir, serve } = stage.newInstallation()
  mkdirSync(dataDir, { mode: 0o700 })
  const file = join(dataDir, 'ringkey.sqlite')
  writeFileSync(file, gunzipSync(readFileSync(new URL('schema-1.sqlite.gz', FOLDER))), { mode: 0o600 })
  const versionOf = () => {
    const database = new DatabaseSync(file, { timeout: 5000 })
    const version = database.prepare('pragma user_version').get()
    database.close()
    return version
  }
  expect(versionOf()).toEqual({ user_version: 1 })

  const at = new Date(Date.parse(made.madeAt) + LATER_MS).toISOString().replace('T', ' ').slice(0, 19)
  const variables = {
    LD_PRELOAD: fakeTime ?? '',
    FAKETIME: `@${at}`,
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    TZ: 'UTC',
    RINGKEY_PUBLIC_URL: made.publicUrl,
    RINGKEY_MASTER_KEY: made.masterKey,
  }
  const server = await serve({ variables })
  expect(versionOf()).toEqual({ user_version: SQLITE_MIGRATIONS.length })
  const { smartflo, servetel } = made
  const [caller, ofServetel] = [createCaller(server.url), createCaller(`${server.url}/t/servetel`)]
  for (const token of [smartflo.held, smartflo.lost, smartflo.untouched, smartflo.permanent]) {
    expect((await caller.verify(token)).status).toBe(200)
    expect(JSON.parse((await caller.introspect(smartflo.apiKey, token)).text)).toMatchObject({ active: true })
  }
  expect((await caller.verify(smartflo.signedOut)).status).toBe(401)
  expect((await caller.refresh(smartflo.signedOut)).status).toBe(401)
  expect(tokenOf(await caller.refresh(smartflo.held)), 'a repeat is the same bytes as in its day').toBe(smartflo.lost)
  tokenOf(await caller.refresh(smartflo.lost))
  tokenOf(await caller.refresh(tokenOf(await caller.refresh(smartflo.untouched))))
  tokenOf(await ofServetel.refresh(servetel.held))
  tokenOf(await caller.signIn(smartflo))
  for (const one of [caller, ofServetel]) one.close()
  expect(server.stderr()).not.toMatch(/"level":"error"/)
})

import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from '@photostructure/sqlite'
import { afterEach, describe, expect, test } from 'vitest'
import { createSeededRandomness, createWorld } from '../contract/builders.ts'
import type { Store } from '../store.ts'
import { StoreRefused } from '../store-refused.ts'
import { openDatabase } from './database.ts'
import { examineSqliteStore } from './examine.ts'
import { openingFaultOf } from './faults.ts'
import { openSqliteStore } from './open.ts'
import { createTemporaryPath } from './temporary-path.ts'

const randomness = createSeededRandomness('opening')
const temporary = createTemporaryPath()
const modeOf = (file: string) => statSync(file).mode & 0o777

const opened: Store[] = []
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close()
})

async function open(path: string): Promise<Store> {
  const store = await openSqliteStore({ path, randomness, maxWaitMs: 200 })
  opened.push(store)
  return store
}

async function refusalOf(path: string): Promise<StoreRefused> {
  const error: unknown = await open(path).catch((refusal: unknown) => refusal)
  expect(error).toBeInstanceOf(StoreRefused)
  if (!(error instanceof StoreRefused)) throw error
  expect(error.message).toContain(path)
  return error
}

/** A database with something in it that is closed. */
async function aClosedDatabase(): Promise<string> {
  const path = temporary.next()
  const store = await openSqliteStore({ path, randomness })
  for (let worlds = 0; worlds < 20; worlds += 1) await createWorld(store)
  await store.close()
  return path
}

describe('the files of a store', () => {
  test.each([0o000, 0o022, 0o277])('S157: are for their owner alone, whatever the umask (%o)', async (mask) => {
    const path = temporary.next()
    const before = process.umask(mask)
    try {
      await createWorld(await open(path))
      for (const file of [path, `${path}-wal`, `${path}-shm`]) expect(modeOf(file)).toBe(0o600)
    } finally {
      process.umask(before)
    }
  })

  test.each([0o640, 0o604, 0o620, 0o601])(
    'S157: a database that others may read or write (%o) is refused, and the message says what to do',
    async (mode) => {
      const path = await aClosedDatabase()
      chmodSync(path, mode)
      expect((await refusalOf(path)).message).toContain(`chmod 600 ${path}`)
      chmodSync(path, 0o600)
      expect(await (await open(path)).tenants.list()).toHaveLength(20)
    },
  )

  test('S157: a log beside the database that others may read is refused', async () => {
    const path = await aClosedDatabase()
    await open(path)
    chmodSync(`${path}-wal`, 0o644)
    await refusalOf(path)
  })

  test('a path is a file name and nothing else', async () => {
    const path = temporary.next()
    const odd = `${path}?mode=memory&cache=shared%20#`
    await createWorld(await open(odd))
    expect(existsSync(odd)).toBe(true)
  })

  test('a folder is refused, and a folder that is not there is an error', async () => {
    const path = temporary.next()
    mkdirSync(path, { mode: 0o700 })
    expect((await refusalOf(path)).message).toContain('not a file')
    await expect(open(`${temporary.next()}/store.db`)).rejects.toThrow('ENOENT')
  })
})

describe('what is in the file', () => {
  test('S173: what is no database is refused and left as it was', async () => {
    const path = temporary.next()
    writeFileSync(path, 'not a database '.repeat(1000), { mode: 0o600 })
    expect((await refusalOf(path)).message).toContain('not a Ringkey database')
    expect(readFileSync(path, 'utf8')).toBe('not a database '.repeat(1000))
  })

  test("S173: another program's database is refused and left as it was", async () => {
    const path = temporary.next()
    writeFileSync(path, '', { mode: 0o600 })
    const other = new DatabaseSync(path)
    other.exec('create table theirs (a)')
    expect((await refusalOf(path)).message).toContain('another program')
    expect(other.prepare('select count(*) as tables from sqlite_schema').get()).toEqual({ tables: 1 })
    other.close()
  })

  test('S173: a damaged page is found at the opening', async () => {
    const path = await aClosedDatabase()
    const raw = new DatabaseSync(path)
    const page = Number(raw.prepare("select rootpage from sqlite_schema where name = 'login_ids'").get()?.rootpage)
    raw.close()
    const bytes = readFileSync(path)
    bytes.fill(0xa5, (page - 1) * 4096, page * 4096)
    writeFileSync(path, bytes)
    expect((await refusalOf(path)).message).toContain('damaged')
  })

  test('S173: one that was emptied is refused by who makes none, and left as it was', async () => {
    const path = await aClosedDatabase()
    truncateSync(path, 0)
    await expect(openSqliteStore({ path, make: false, randomness })).rejects.toThrow(`${path} is empty`)
    expect(() => examineSqliteStore(path)).toThrow(`${path} is empty`)
    expect(statSync(path).size).toBe(0)
  })

  test.each([
    [13, 'no room left'],
    [14, 'must be writable'],
    [8, 'must be writable'],
    [1544, 'must be writable'], // SQLITE_READONLY_DIRECTORY
  ])('an error %d at the opening says what to do', (errcode, words) => {
    const fault = openingFaultOf(Object.assign(new Error('of the library'), { errcode }), '/srv/ringkey.sqlite')
    expect(fault).toBeInstanceOf(StoreRefused)
    expect(String(fault)).toContain('/srv/ringkey.sqlite')
    expect(String(fault)).toContain(words)
  })

  test('S173: a database that was cut off is refused', async () => {
    const path = await aClosedDatabase()
    truncateSync(path, 3 * 4096)
    expect((await refusalOf(path)).message).toContain('damaged')
  })

  test('S158: a schema newer than the program knows is refused and left as it was', async () => {
    const path = await aClosedDatabase()
    const database = new DatabaseSync(path)
    database.exec('pragma user_version = 99')
    const error: unknown = await open(path).catch((refusal: unknown) => refusal)
    expect(error).toBeInstanceOf(StoreRefused)
    expect(error).toMatchObject({ message: expect.stringContaining('schema 99') })
    expect(database.prepare('pragma user_version').get()).toEqual({ user_version: 99 })
    database.close()
  })

  test('an empty file becomes a store', async () => {
    const path = temporary.next()
    writeFileSync(path, '', { mode: 0o600 })
    expect((await open(path)).id).toHaveLength(16)
  })

  test('S158: of several who open a new file at once all get the same store', async () => {
    const path = temporary.next()
    const stores = await Promise.all(Array.from({ length: 6 }, () => open(path)))
    expect(new Set(stores.map(({ id }) => id.toString('hex'))).size).toBe(1)
    expect(await Promise.all(stores.map((store) => store.isHealthy()))).toEqual(stores.map(() => true))
  })
})

describe('a file that another process has', () => {
  test('opens while the other one writes', async () => {
    const path = await aClosedDatabase()
    const other = new DatabaseSync(path)
    other.exec('begin immediate')
    expect(await (await open(path)).tenants.list()).toHaveLength(20)
    other.exec('commit')
    other.close()
  })

  test('S35: to itself is waited for, and Unavailable if the other one does not let go', async () => {
    const source = await aClosedDatabase()
    const path = temporary.next()
    copyFileSync(source, path) // which no statement of this process still holds on to
    chmodSync(path, 0o600)
    const other = new DatabaseSync(path)
    other.exec('pragma locking_mode = exclusive; begin immediate; commit')
    await expect(open(path)).rejects.toMatchObject({ name: 'Unavailable' })
    const opening = openSqliteStore({ path, randomness, maxWaitMs: 10_000 })
    await new Promise((resolve) => setImmediate(resolve))
    other.close()
    opened.push(await opening)
  })
})

describe('a connection', () => {
  test('S163: syncs at every commit, keeps references whole, shares its file and waits for others', async () => {
    const path = await aClosedDatabase()
    const database = openDatabase(path, 1234)
    expect(database.prepare('pragma busy_timeout').get()).toEqual({ timeout: 1234 })
    expect(database.prepare('pragma synchronous').get()).toEqual({ synchronous: 2 })
    expect(database.prepare('pragma journal_mode').get()).toEqual({ journal_mode: 'wal' })
    expect(database.prepare('pragma foreign_keys').get()).toEqual({ foreign_keys: 1 })
    database.close()
  })

  test('is never made to a file that has gone', () => {
    const path = temporary.next()
    expect(() => openDatabase(path, 0)).toThrow('ENOENT')
    expect(existsSync(path)).toBe(false)
  })
})

import { DatabaseSync } from '@photostructure/sqlite'
import { describe, expect, test } from 'vitest'
import { Unavailable } from '../../domain/fault.ts'
import {
  aCharge,
  anAdvance,
  anAuditRow,
  aSession,
  aStart,
  createSeededRandomness,
  createWorld,
  createWorldWithSession,
  NOON,
} from '../contract/builders.ts'
import { createCommittedTime } from './clock.ts'
import { createConnection } from './connection.ts'
import { type Database, openDatabase } from './database.ts'
import { openSqliteStore } from './open.ts'
import { createAdvanceBatch } from './session-advances.ts'
import { createTemporaryPath } from './temporary-path.ts'

const randomness = createSeededRandomness('faults')
const temporary = createTemporaryPath()

async function openFile(maxWaitMs = 5000) {
  const path = temporary.next()
  const store = await openSqliteStore({ path, randomness, maxWaitMs })
  /** Another connection, as an operator with a tool has it. */
  const raw = new DatabaseSync(path, { timeout: 5000 })
  return {
    path,
    store,
    raw,
    async close() {
      raw.close()
      await store.close()
    },
  }
}

describe('a database that another process holds', () => {
  test('S35: a write waits for it, then is refused as Unavailable with a time to wait; reads go on', async () => {
    const { store, raw, close } = await openFile(50)
    const { session, tenant } = await createWorldWithSession(store)
    raw.exec('begin immediate')
    const refused: unknown = await store.sessions.advance(anAdvance(session)).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(Unavailable)
    expect(refused).toMatchObject({ retryAfterSeconds: 1 })
    await expect(store.tenants.raiseEpoch(tenant.id, NOON, anAuditRow())).rejects.toBeInstanceOf(Unavailable)
    expect(await store.isHealthy()).toBe(false)
    expect(await store.sessions.find(tenant.id, session.id, NOON)).toEqual({ session, current: true })
    raw.exec('commit')
    expect((await store.sessions.advance(anAdvance(session))).kind).toBe('advanced')
    await close()
  })

  test('S35: is waited for between the turns of the event loop, so that all else goes on, and the write is then made once', async () => {
    const { store, raw, close } = await openFile()
    const world = await createWorldWithSession(store)
    const { session, tenant } = world
    raw.exec('begin immediate')
    const advanced = store.sessions.advance(anAdvance(session))
    const started = store.sessions.start(aStart(aSession(world)))
    for (let turn = 0; turn < 20; turn += 1) {
      await new Promise((resolve) => setTimeout(resolve, 1))
      expect(await store.sessions.find(tenant.id, session.id, NOON)).toEqual({ session, current: true })
    }
    raw.exec('commit')
    expect((await advanced).kind).toBe('advanced')
    await started
    expect(await store.sessions.list({ tenantId: tenant.id, at: NOON, max: 9 })).toHaveLength(2)
    await close()
  })
})

describe('a limit', () => {
  test('that is exhausted refuses without asking for the write lock', async () => {
    const { store, raw, close } = await openFile(50)
    const charge = aCharge({ limit: { burst: 1, secondsPerUnit: 60 } })
    const attempt = () => store.limits.charge({ charges: [charge], counted: charge.key, at: NOON })
    await attempt()
    raw.exec('begin immediate')
    expect(await attempt()).toEqual({ allowed: false, retryAfterMs: 60_000, exhausted: charge.key })
    raw.exec('commit')
    await close()
  })
})

describe('an entry of a batch', () => {
  test('that fails is answered alone, and nothing of it has happened', async () => {
    const { store, raw, close } = await openFile()
    const world = await createWorld(store)
    const sessions = [aSession(world), aSession(world), aSession(world)] as const
    for (const session of sessions) await store.sessions.start(aStart(session))
    // `fail` leaves what the statement has done so far
    raw.exec(`create trigger break_one after update on sessions when new.id = '${sessions[1].id}' begin select raise(fail, 'broken'); end`)
    const answers = await Promise.allSettled(sessions.map((session) => store.sessions.advance(anAdvance(session))))
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    const generations = await Promise.all(
      sessions.map(async ({ id }) => (await store.sessions.find(world.tenant.id, id, NOON))?.session.generation),
    )
    expect(generations).toEqual([1, 0, 1])
    await close()
  })

  test('S159: whose row was tampered with is refused, and its neighbours are not', async () => {
    const { store, raw, close } = await openFile()
    const world = await createWorld(store)
    const [secret, type, whole] = [aSession(world), aSession(world), aSession(world)]
    for (const session of [secret, type, whole]) await store.sessions.start(aStart(session))
    raw.prepare('update sessions set secret = ? where id = ?').run(Buffer.alloc(16), secret.id)
    raw.exec(`pragma writable_schema = on; pragma ignore_check_constraints = on`)
    raw.prepare("update sessions set ended_at = 5, end_reason = 'nonsense' where id = ?").run(type.id)
    const answers = await Promise.allSettled([secret, type, whole].map((session) => store.sessions.advance(anAdvance(session))))
    expect(answers[0]).toEqual({ status: 'fulfilled', value: { kind: 'missing' } })
    expect(answers[1]).toMatchObject({ status: 'rejected', reason: { message: expect.stringContaining('end_reason') } })
    expect(answers[2]).toMatchObject({ status: 'fulfilled', value: { kind: 'advanced' } })
    await expect(store.sessions.find(world.tenant.id, type.id, NOON)).rejects.toThrow('end_reason')
    raw.exec("update applications set refresh_policy = 'forever'")
    await expect(store.applications.find(world.tenant.id, world.application.id)).rejects.toThrow('refresh_policy')
    await close()
  })

  test('S164: that finds the disk full refuses the whole batch, leaves nothing of it, and the next one passes when there is space', async () => {
    const { store, raw, path, close } = await openFile()
    const world = await createWorld(store)
    const sessions = [aSession(world), aSession(world), aSession(world)] as const
    for (const session of sessions) await store.sessions.start(aStart(session))
    const last = [...sessions].sort((a, b) => (a.id < b.id ? -1 : 1))[2]?.id
    raw.exec(`create table filler (a blob) strict;
      create trigger fill after update on sessions when new.id = '${last}' begin insert into filler values (zeroblob(1000000)); end`)
    const database = openDatabase(path, 0)
    database.exec('pragma max_page_count = 100') // the library then says what it says of a full disk
    const connection = createConnection(database, () => openDatabase(path, 0))
    const runBatch = createAdvanceBatch(connection, createCommittedTime(connection))
    const entries = sessions.map((session) => anAdvance(session)).sort((a, b) => (a.sessionId < b.sessionId ? -1 : 1))
    await expect(runBatch(entries)).rejects.toBeInstanceOf(Unavailable)
    for (const { id } of sessions) expect((await store.sessions.find(world.tenant.id, id, NOON))?.session.generation).toBe(0)
    expect((await connection.read(() => connection.prepare('select count(*) as many from tenants').get()))?.many).toBe(1)

    database.exec('pragma max_page_count = 100000')
    expect((await runBatch(entries)).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled'])
    connection.close()
    await close()
  })
})

describe('a connection', () => {
  /** The database, but one statement fails as if the disk did, as long as `broken.statement` names it. */
  function breakable(database: Database, broken: { statement: string | undefined }): Database {
    return new Proxy(database, {
      get(target, name) {
        if (name === 'exec') {
          return (sql: string) => {
            if (sql === broken.statement) throw Object.assign(new Error('disk I/O error'), { errcode: 1034 }) // SQLITE_IOERR_FSYNC
            target.exec(sql)
          }
        }
        const value: unknown = Reflect.get(target, name)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
  }

  async function openBreakable() {
    const { store, path, close } = await openFile()
    const { tenant } = await createWorld(store)
    const broken: { statement: string | undefined } = { statement: undefined }
    const first = openDatabase(path, 0)
    let openings = 0
    const connection = createConnection(breakable(first, broken), () => {
      openings += 1
      return openDatabase(path, 0)
    })
    const raise = connection.prepare('update tenants set epoch = epoch + 1 where id = ?')
    const read = connection.prepare('select epoch from tenants where id = ?')
    return {
      broken,
      first,
      connection,
      openings: () => openings,
      raise: () => connection.write(() => raise.run(tenant.id)),
      epoch: async () => (await connection.read(() => read.get(tenant.id)))?.epoch,
      async end() {
        connection.close()
        await close()
      },
    }
  }

  test('after a failed sync is closed, and the next use opens another one with all its statements', async () => {
    const { broken, first, openings, raise, epoch, end } = await openBreakable()
    expect(await raise()).toBe(1)
    broken.statement = 'commit'
    await expect(raise()).rejects.toMatchObject({ name: 'Unavailable', retryAfterSeconds: 3 })
    expect(first.isOpen).toBe(false)
    broken.statement = undefined
    expect(await epoch()).toBe(1)
    expect(await raise()).toBe(1)
    expect(await epoch()).toBe(2)
    expect(openings()).toBe(1)
    await end()
  })

  test('is closed too when a rollback fails', async () => {
    const { broken, first, connection, epoch, end } = await openBreakable()
    broken.statement = 'rollback'
    const bug = connection.write(() => {
      throw new Error('a bug')
    })
    await expect(bug).rejects.toThrow('a bug')
    expect(first.isOpen).toBe(false)
    expect(await epoch()).toBe(0)
    await end()
  })

  test('undoes what a bug left half done, says what the bug was, and stays', async () => {
    const { first, connection, raise, epoch, openings, end } = await openBreakable()
    const half = connection.prepare('update tenants set epoch = 77')
    const bug = connection.write(() => {
      half.run()
      throw new Error('a bug')
    })
    await expect(bug).rejects.toThrow('a bug')
    expect(await epoch()).toBe(0)
    expect(await raise()).toBe(1)
    expect(first.isOpen).toBe(true)
    expect(openings()).toBe(0)
    await end()
  })

  test('has the write lock from the first statement of a transaction on', async () => {
    const { connection, raise, end } = await openBreakable()
    await connection.write(() => {
      const other = openDatabase(temporary.last(), 0)
      expect(() => other.exec('begin immediate')).toThrow('database is locked')
      other.close()
    })
    expect(await raise()).toBe(1)
    await end()
  })
})

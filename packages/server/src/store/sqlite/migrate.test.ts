import { describe, expect, test } from 'vitest'
import { createSeededRandomness } from '../contract/builders.ts'
import { SQLITE_MIGRATIONS } from '../migrations/sqlite/all.ts'
import type { Migration } from '../migrations/sqlite/migration.ts'
import { StoreRefused } from '../store-refused.ts'
import { type Database, IN_MEMORY, openDatabase } from './database.ts'
import { migrate } from './migrate.ts'

const randomness = createSeededRandomness('migrations')

const first: Migration = { number: 1, apply: ({ exec }) => exec('create table one (a integer) strict') }
const second: Migration = {
  number: 2,
  apply({ exec, run }) {
    exec('alter table one add column b text')
    run('insert into one (a, b) values (?, ?)', 1, 'x')
    exec('create table two (a integer) strict')
  },
}
const interrupted: Migration = {
  number: 2,
  apply(target) {
    second.apply(target)
    throw new Error('killed here')
  },
}

const numberOf = (database: Database) => database.prepare('pragma user_version').get()?.user_version
const tablesOf = (database: Database) => database.prepare("select name from sqlite_schema where type = 'table' order by name").all()

describe('migrations', () => {
  test('S158: an interrupted migration leaves nothing of itself, and the next start makes it whole', () => {
    const database = openDatabase(IN_MEMORY, 0)
    expect(() => migrate(database, [first, interrupted], randomness)).toThrow('killed here')
    expect(numberOf(database)).toBe(1)
    expect(tablesOf(database)).toEqual([{ name: 'one' }])
    expect(database.prepare('select count(*) as columns from pragma_table_info(?)').get('one')).toEqual({ columns: 1 })
    migrate(database, [first, second], randomness)
    expect(numberOf(database)).toBe(2)
    expect(tablesOf(database)).toEqual([{ name: 'one' }, { name: 'two' }])
    expect(database.prepare('select * from one').all()).toEqual([{ a: 1, b: 'x' }])
  })

  test('a migration that was made is not made again', () => {
    const database = openDatabase(IN_MEMORY, 0)
    for (const known of [[first], [first, second], [first, second]]) migrate(database, known, randomness)
    expect(database.prepare('select * from one').all()).toEqual([{ a: 1, b: 'x' }])
  })

  test('S158: a schema newer than the program is refused and left alone', () => {
    const database = openDatabase(IN_MEMORY, 0)
    migrate(database, [first, second], randomness)
    expect(() => migrate(database, [first], randomness)).toThrow(StoreRefused)
    expect(() => migrate(database, [first], randomness)).toThrow('the database has schema 2, this program knows 1')
    expect(numberOf(database)).toBe(2)
  })

  test('the migrations are numbered from 1 without a gap', () => {
    expect(SQLITE_MIGRATIONS.map(({ number }) => number)).toEqual(SQLITE_MIGRATIONS.map((_, index) => index + 1))
  })
})

describe('the schema', () => {
  const database = openDatabase(IN_MEMORY, 0)
  migrate(database, SQLITE_MIGRATIONS, randomness)

  test('no index has a column that a refresh or a charge changes', () => {
    const indexed = (table: string) =>
      database
        .prepare('select info.name from pragma_index_list(?) as list, pragma_index_xinfo(list.name) as info where info.key')
        .all(table)
        .map(({ name }: { name: unknown }) => name)
    expect(indexed('sessions')).toContain('account_id')
    for (const column of ['generation', 'advanced_at', 'previous_advanced_at', 'expires_at'])
      expect(indexed('sessions')).not.toContain(column)
    expect(indexed('limits')).toEqual(['key'])
  })

  test('every table is strict', () => {
    const tables = database.prepare("select name, strict from pragma_table_list where schema = 'main' and name not like 'sqlite_%'").all()
    expect(tables.length).toBeGreaterThan(10)
    expect(tables.filter(({ strict }: { strict: unknown }) => strict !== 1)).toEqual([])
  })

  const plan = (sql: string) =>
    database
      .prepare(`explain query plan ${sql}`)
      .all()
      .map(({ detail }: { detail: unknown }) => String(detail))
      .join('\n')

  test('the cap and the lists of sessions read an index, in the order that they need', () => {
    const ofAccount = plan('select count(*) from sessions where account_id = ? and application_id = ? and ended_at is null')
    expect(ofAccount).toContain('sessions_of_account (account_id=? AND application_id=?)')
    const ofTenant = plan('select * from sessions s where s.tenant_id = ? and s.ended_at is null order by s.started_at desc, s.id limit 5')
    expect(ofTenant).toContain('sessions_of_tenant (tenant_id=?)')
  })
})

import { beforeEach, describe, expect, test } from 'vitest'
import { createConnection } from './connection.ts'
import { type Database, openDatabase } from './database.ts'
import { createGroupCommit, type GroupCommit } from './group-commit.ts'

let database: Database
let group: GroupCommit
let commits: number

beforeEach(() => {
  database = openDatabase(':memory:', 0)
  database.exec('create table things (name text primary key) strict')
  commits = 0
  const connection = createConnection(database, undefined)
  group = createGroupCommit({
    attempt: connection.attempt,
    write: (verb) => {
      commits += 1
      return connection.write(verb)
    },
  })
})

function insert(name: string): () => string {
  return () => {
    database.prepare('insert into things values (?)').run(name)
    return name
  }
}

function names(): unknown[] {
  return database
    .prepare('select name from things order by rowid')
    .all()
    .map(({ name }) => name)
}

describe('the small writes of one turn', () => {
  test('S86 are committed together, 32 at most, in their order', async () => {
    const written = Array.from({ length: 40 }, (_, index) => `thing ${index}`)
    expect(await Promise.all(written.map((name) => group.writeTogether(insert(name))))).toEqual(written)
    expect([names(), commits]).toEqual([written, 2])
  })

  test('are not done before their commit: nothing is answered while the turn lasts', async () => {
    let isAnswered = false
    const answer = group.writeTogether(insert('thing')).then(() => (isAnswered = true))
    await Promise.resolve()
    expect([isAnswered, names()]).toEqual([false, []])
    await answer
    expect(names()).toEqual(['thing'])
  })

  test('fail alone and are rolled back alone', async () => {
    const settled = await Promise.allSettled([
      group.writeTogether(insert('first')),
      group.writeTogether(insert('first')),
      group.writeTogether((rollback) => {
        insert('undone')()
        return rollback('taken back')
      }),
      group.writeTogether(insert('last')),
    ])
    expect(settled.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : outcome.status))).toEqual([
      'first',
      'rejected',
      'taken back',
      'last',
    ])
    expect(names()).toEqual(['first', 'last'])
  })

  test('are all refused when their commit fails, and the next ones are tried again', async () => {
    database.exec('begin immediate') // so that no other transaction can begin
    const settled = await Promise.allSettled([group.writeTogether(insert('a')), group.writeTogether(insert('b'))])
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    if (database.isTransaction) database.exec('rollback')
    expect(await group.writeTogether(insert('c'))).toBe('c')
    expect(names()).toEqual(['c'])
  })

  test('are written before the store is closed', async () => {
    void group.writeTogether(insert('thing'))
    await group.drained()
    expect(names()).toEqual(['thing'])
  })
})

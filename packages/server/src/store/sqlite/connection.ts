import { setTimeout as pause } from 'node:timers/promises'
import { Unavailable } from '../../domain/fault.ts'
import { closeDatabase, type Database, neverWaitInside, type PreparedStatement } from './database.ts'
import { concernsWholeStore, faultOf, isBusy, isIoError } from './faults.ts'
import type { Row, Value } from './rows.ts'

/** A commit of another process takes about as long; a pause too long costs time, one too short a few microseconds. */
const PAUSES_MS = [1, 1, 2, 3, 5]

/** The work of a transaction. `return rollback('taken')` undoes all of it and hands back its answer. */
export type Verb<T> = (rollback: <A>(answer: A) => A) => T

/** Prepared once, and again after the connection had to be replaced. */
export interface Statement {
  get(...values: readonly Value[]): Row | undefined
  all(...values: readonly Value[]): Row[]
  /** @returns how many rows it changed */
  run(...values: readonly Value[]): number
}

/**
 * The one connection of a store. Its work is synchronous: a transaction never spans two turns of the event loop, so that nothing
 * else of this process comes in between; what meets another process is undone and done again. Errors of the file become `Unavailable`.
 */
export interface Connection {
  prepare(sql: string): Statement
  read<T>(verb: () => T): Promise<T>
  /**
   * One transaction, with the write lock from its first statement on: one that reads first and writes later fails with
   * SQLITE_BUSY_SNAPSHOT, however long it may wait. Resolves after the commit is durable.
   */
  write<T>(verb: Verb<T>): Promise<T>
  /** Part of a transaction that can fail alone: then nothing of it has happened. What concerns the whole store is thrown. */
  attempt<T>(verb: Verb<T>): PromiseSettledResult<T>
  close(): void
}

/**
 * @param first the connection that was opened and checked
 * @param reopen makes another one after an I/O error; undefined for a database in memory, which would be lost
 * @param maxWaitMs how long a verb waits for another process
 */
export function createConnection(first: Database, reopen: (() => Database) | undefined, maxWaitMs = 0): Connection {
  const handle = createHandle(first, reopen)

  /** Waits for another process between two turns of the event loop: inside SQLite, all other requests would wait with it. */
  async function run<T>(verb: () => T): Promise<T> {
    for (let tries = 0, waitedMs = 0; ; tries += 1) {
      try {
        return verb()
      } catch (error) {
        handle.recover(error)
        if (waitedMs >= maxWaitMs || !isBusy(error)) throw faultOf(error)
      }
      const pauseMs = PAUSES_MS[tries % PAUSES_MS.length] ?? 1
      await pause(pauseMs)
      waitedMs += pauseMs
    }
  }

  return {
    prepare: (sql) => createStatement(sql, handle.current),
    read: run,
    write: (verb) =>
      run(() => {
        const database = handle.current()
        database.exec('begin immediate')
        const { answer, isUndone } = perform(verb)
        database.exec(isUndone ? 'rollback' : 'commit')
        return answer
      }),
    attempt: (verb) => attempt(handle.current(), verb),
    close: handle.close,
  }
}

function perform<T>(verb: Verb<T>): { readonly answer: T; readonly isUndone: boolean } {
  let isUndone = false
  const answer = verb((undone) => {
    isUndone = true
    return undone
  })
  return { answer, isUndone }
}

function attempt<T>(database: Database, verb: Verb<T>): PromiseSettledResult<T> {
  database.exec('savepoint attempt')
  try {
    const { answer, isUndone } = perform(verb)
    if (isUndone) database.exec('rollback to attempt')
    database.exec('release attempt')
    return { status: 'fulfilled', value: answer }
  } catch (reason) {
    if (concernsWholeStore(reason) || !database.isTransaction) throw reason
    database.exec('rollback to attempt; release attempt')
    return { status: 'rejected', reason }
  }
}

/** The database that is open now, if one is. */
interface Handle {
  current(): Database
  /** Undoes what an error left open. After a failed sync nobody knows what memory and file have in common: then the next use opens another. */
  recover(error: unknown): void
  close(): void
}

function createHandle(first: Database, reopen: (() => Database) | undefined): Handle {
  let database: Database | undefined = neverWaitInside(first)
  let isClosed = false

  function discard(): void {
    if (reopen === undefined) return
    const broken = database
    database = undefined
    try {
      broken?.close()
    } catch {
      // It is broken; that is why it goes.
    }
  }

  return {
    current() {
      if (!isClosed) database ??= reopen && neverWaitInside(reopen())
      if (database === undefined) throw new Unavailable('the store is closed', 1)
      return database
    },
    recover(error) {
      let isBroken = isIoError(error)
      try {
        if (database?.isTransaction) database.exec('rollback')
      } catch {
        isBroken = true
      }
      if (isBroken) discard()
    },
    close() {
      isClosed = true
      if (database !== undefined) closeDatabase(database)
      database = undefined
    },
  }
}

function createStatement(sql: string, current: () => Database): Statement {
  let owner: Database | undefined
  let prepared: PreparedStatement | undefined
  function statement(): PreparedStatement {
    const database = current()
    if (prepared === undefined || owner !== database) {
      prepared = database.prepare(sql)
      owner = database
    }
    return prepared
  }
  return {
    get: (...values) => statement().get(...bindable(values)),
    all: (...values) => statement().all(...bindable(values)),
    run: (...values) => statement().run(...bindable(values)).changes,
  }
}

/** NUL, at which the library would cut a text off, and half a surrogate pair, which it would replace. */
const UNREPRESENTABLE = /[\0\p{Surrogate}]/u

/**
 * A text that the database cannot hold goes to it as bytes: it then equals no text and no column takes it. Cut off or replaced,
 * it would be another spelling of what somebody else is called.
 */
function bindable(values: readonly Value[]): readonly Value[] {
  if (!values.some(isUnrepresentable)) return values
  return values.map((value) => (isUnrepresentable(value) ? Buffer.from(value) : value))
}

function isUnrepresentable(value: Value): value is string {
  return typeof value === 'string' && UNREPRESENTABLE.test(value)
}

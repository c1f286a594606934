import { closeSync, existsSync, fchmodSync, openSync, statSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite'
import { StoreRefused } from '../store-refused.ts'
import { isBusy, openingFaultOf } from './faults.ts'

/** A connection of the package, which Node's own `node:sqlite` can replace: this is the one file that imports it. */
export type Database = DatabaseSyncInstance
export type PreparedStatement = ReturnType<Database['prepare']>

export const IN_MEMORY = ':memory:'

/** `pragma application_id` of a Ringkey database: "Ring". */
export const APPLICATION_ID = 0x52_69_6e_67
/** Larger files are not read through at each opening; their damage is met where it is. */
const MAX_CHECKED_BYTES = 64 * 1024 * 1024
const PAUSE_MS = 20
const LOOK_WAIT_MS = 2000

/** Opens a database whose file exists, durable and strict. @param waitMs how long a statement waits for another process */
export function openDatabase(path: string, waitMs: number): Database {
  if (path !== IN_MEMORY) statSync(path) // else SQLite would make an empty one
  const database = new DatabaseSync(path, { timeout: waitMs, defensive: true, enableForeignKeyConstraints: true })
  try {
    const mode = database.prepare('pragma journal_mode = wal').get()?.journal_mode
    if (path !== IN_MEMORY && mode !== 'wal') throw new StoreRefused(`${path} is on a file system that cannot carry a shared database`)
    // In WAL mode this package's build syncs only at checkpoints unless told otherwise; `fullfsync` is for macOS.
    database.exec('pragma synchronous = full; pragma fullfsync = on; pragma trusted_schema = off; pragma cell_size_check = on')
  } catch (error) {
    database.close()
    throw error
  }
  return database
}

/**
 * Opens a database for reading alone, and leaves every file as it is. Where no other process is at work the file is read as one that
 * nobody changes; else SQLite would make files beside it.
 * @throws StoreRefused if that cannot be done
 */
export function openForLooking(path: string): Database {
  const sizeOf = (file: string) => statSync(file, { throwIfNoEntry: false })?.size
  refuseEmpty(path)
  const log = sizeOf(`${path}-wal`)
  const isShared = log !== undefined && sizeOf(`${path}-shm`) !== undefined
  if (!isShared && log !== undefined && log > 0) {
    throw new StoreRefused(`${path}-wal has writes, and ${path}-shm is missing, as in a copy: a start puts them in order`)
  }
  statSync(path)
  const address = pathToFileURL(path)
  address.search = isShared ? '' : '?immutable=1'
  try {
    const database = new DatabaseSync(address, { readOnly: true, timeout: LOOK_WAIT_MS, defensive: true })
    refuseForeign(database, path)
    refuseDamaged(database, path)
    return database
  } catch (error) {
    throw openingFaultOf(error, path)
  }
}

/** From now on a statement that meets another process fails at once, and it is for the caller to come again. */
export function neverWaitInside(database: Database): Database {
  database.exec('pragma busy_timeout = 0')
  return database
}

/**
 * Closes a database and leaves all of it in its one file, if no other process is at work on it. The package lets go of the file
 * only when its statements have been collected, so that SQLite's own tidying at the last close would come late or never.
 */
export function closeDatabase(database: Database): void {
  try {
    database.exec('pragma busy_timeout = 0; pragma wal_checkpoint(truncate)')
  } catch {
    // What could not be moved is safe in the log beside the file.
  }
  database.close()
}

/** Opens a database for the first time in this process: makes the file where there is none, and looks at what is in it. */
export async function openCheckedDatabase(path: string, maxWaitMs: number): Promise<Database> {
  if (path !== IN_MEMORY) makePrivateFile(path)
  let database: Database | undefined
  try {
    database = await openPatiently(path, maxWaitMs)
    refuseForeign(database, path)
    refuseDamaged(database, path)
    return database
  } catch (error) {
    database?.close()
    throw openingFaultOf(error, path)
  }
}

/** The change to WAL can meet a process that does the same, or one that recovers or leaves; SQLite does not always wait there by itself. */
async function openPatiently(path: string, maxWaitMs: number): Promise<Database> {
  for (let left = maxWaitMs; ; left -= PAUSE_MS) {
    try {
      const database = openDatabase(path, 0)
      database.exec(`pragma busy_timeout = ${Math.floor(maxWaitMs)}`)
      return database
    } catch (error) {
      if (left <= 0 || !isBusy(error)) throw error
      await pause(PAUSE_MS)
    }
  }
}

/** A file of no octets holds nothing; with it SQLite takes the log beside it for nothing, too, and makes a new database. */
export function refuseEmpty(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.size === 0) throw new StoreRefused(`${path} is empty; restore a backup`)
}

function refuseForeign(database: Database, path: string): void {
  const isOurs = database.prepare('pragma application_id').get()?.application_id === APPLICATION_ID
  const isEmpty = database.prepare('select count(*) as tables from sqlite_schema').get()?.tables === 0
  if (!isOurs && !isEmpty) throw new StoreRefused(`${path} is the database of another program`)
}

function refuseDamaged(database: Database, path: string): void {
  if (path !== IN_MEMORY && statSync(path).size > MAX_CHECKED_BYTES) return
  const found = database.prepare('pragma quick_check(1)').get()?.quick_check
  if (found !== 'ok') throw new StoreRefused(`${path} is damaged (${found}); restore a backup`)
}

/** Nobody but the owner may read what is in it; SQLite gives the files beside it the same mode. */
function makePrivateFile(path: string): void {
  try {
    const descriptor = openSync(path, 'wx', 0o600)
    fchmodSync(descriptor, 0o600) // whatever the umask took away
    closeSync(descriptor)
  } catch (error) {
    if (!isAlreadyThere(error)) throw error
  }
  for (const file of [path, `${path}-wal`, `${path}-shm`]) if (existsSync(file)) refuseReadable(file)
}

function isAlreadyThere(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST'
}

function refuseReadable(file: string): void {
  const status = statSync(file)
  if (!status.isFile()) throw new StoreRefused(`${file} is not a file`)
  if (process.platform === 'win32') return // there are no such modes
  const mode = status.mode & 0o777
  if ((mode & 0o077) !== 0) throw new StoreRefused(`others may read ${file} (mode ${mode.toString(8)}); run: chmod 600 ${file}`)
}

import { Unavailable } from '../../domain/fault.ts'
import { StoreRefused } from '../store-refused.ts'

// Primary result codes, the low byte of what the library reports (https://sqlite.org/rescode.html).
const BUSY = 5
const LOCKED = 6
const NO_MEMORY = 7
const READ_ONLY = 8
const IO_ERROR = 10
const CORRUPT = 11
const FULL = 13
const CANNOT_OPEN = 14
const PROTOCOL = 15
const NOT_A_DATABASE = 26

const CONTENTION = new Set([BUSY, LOCKED, PROTOCOL])
const BROKEN = new Set([NO_MEMORY, READ_ONLY, IO_ERROR, FULL, CANNOT_OPEN])

const CONTENTION_RETRY_SECONDS = 1
const BROKEN_RETRY_SECONDS = 3

/** @returns undefined for what SQLite did not throw */
function resultCodeOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('errcode' in error) || typeof error.errcode !== 'number') return undefined
  return error.errcode & 0xff
}

export function isBusy(error: unknown): boolean {
  const code = resultCodeOf(error)
  return code !== undefined && CONTENTION.has(code)
}

/** Whether the file itself failed: what this connection holds in memory is then not to be relied upon. */
export function isIoError(error: unknown): boolean {
  return resultCodeOf(error) === IO_ERROR
}

/** Whether an error concerns the store and not the one statement that met it. A damaged page is one statement's. */
export function concernsWholeStore(error: unknown): boolean {
  const code = resultCodeOf(error)
  return code !== undefined && (CONTENTION.has(code) || BROKEN.has(code))
}

/** What a caller is to see of an error: `Unavailable` where waiting may help, else the error itself, which is a bug or damage. */
export function faultOf(error: unknown): unknown {
  const code = resultCodeOf(error)
  if (code === undefined) return error
  if (CONTENTION.has(code)) return new Unavailable('another process holds the database', CONTENTION_RETRY_SECONDS, { cause: error })
  if (BROKEN.has(code)) return new Unavailable('the database file cannot be used', BROKEN_RETRY_SECONDS, { cause: error })
  return error
}

/** What the operator is to see of an error at opening. */
export function openingFaultOf(error: unknown, path: string): unknown {
  const code = resultCodeOf(error)
  if (code === NOT_A_DATABASE) return new StoreRefused(`${path} is not a Ringkey database; name another file, or restore a backup`)
  if (code === CORRUPT) return new StoreRefused(`${path} is damaged; restore a backup`)
  if (code === FULL) return new StoreRefused(`there is no room left where ${path} is`)
  if (code === READ_ONLY || code === CANNOT_OPEN) {
    return new StoreRefused(
      `${path} and its folder must be writable: see to their owner and mode, and that the file system is not read-only`,
    )
  }
  return faultOf(error)
}

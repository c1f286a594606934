import type { StoredKey } from '../../domain/signing-key.ts'
import type { EpochMs } from '../../domain/time.ts'
import { SQLITE_MIGRATIONS } from '../migrations/sqlite/all.ts'
import { openForLooking } from './database.ts'
import { openingFaultOf } from './faults.ts'
import { schemaNumber } from './migrate.ts'
import { readBytes, readNumber, readOptional } from './rows.ts'
import { toStoredKey } from './signing-keys.ts'

export interface ExaminedStore {
  readonly schema: number
  /** Of this program. */
  readonly knownSchema: number
  /** What is inside; undefined where the schema is not this program's. */
  readonly inside: ExaminedRows | undefined
}

interface ExaminedRows {
  /** undefined: no server has ever opened it */
  readonly masterKeyCheck: Buffer | undefined
  readonly newestInstant: EpochMs
  readonly lastBeatAt: EpochMs | undefined
  readonly tenants: number
  readonly keys: readonly StoredKey[]
}

/**
 * Reads what a start would find. No file is made or changed.
 * @throws StoreRefused if it is damaged, foreign, or cannot be read without a change
 */
export function examineSqliteStore(path: string): ExaminedStore {
  const database = openForLooking(path)
  try {
    const schema = schemaNumber(database)
    const knownSchema = SQLITE_MIGRATIONS.at(-1)?.number ?? 0
    if (schema !== knownSchema) return { schema, knownSchema, inside: undefined }
    const identity = database.prepare('select master_key_check from identity').get() ?? { master_key_check: null }
    const clock = database.prepare('select newest_at, beat_at from clock').get() ?? { newest_at: 0, beat_at: null }
    const tenants = database.prepare('select count(*) as tenants from tenants').get() ?? { tenants: 0 }
    const keys = database.prepare('select * from signing_keys order by created_at, id').all()
    return {
      schema,
      knownSchema,
      inside: {
        masterKeyCheck: readOptional(identity, 'master_key_check', readBytes),
        newestInstant: readNumber(clock, 'newest_at'),
        lastBeatAt: readOptional(clock, 'beat_at', readNumber),
        tenants: readNumber(tenants, 'tenants'),
        keys: keys.map(toStoredKey),
      },
    }
  } catch (error) {
    throw openingFaultOf(error, path)
  } finally {
    database.close()
  }
}

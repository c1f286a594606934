import type { Randomness } from '../../domain/randomness.ts'
import type { Migration } from '../migrations/sqlite/migration.ts'
import { StoreRefused } from '../store-refused.ts'
import { APPLICATION_ID, type Database } from './database.ts'

/**
 * Brings the schema up to date. Each migration is one transaction with the change of the number, so that an interrupted one has
 * left nothing; the number is read again under the write lock, so that of two programs which start together one does the work.
 */
export function migrate(database: Database, migrations: readonly Migration[], randomness: Randomness): void {
  for (const migration of migrations) {
    if (schemaNumber(database) >= migration.number) continue
    database.exec('begin immediate')
    try {
      if (schemaNumber(database) < migration.number) apply(database, migration, randomness)
      database.exec('commit')
    } catch (error) {
      if (database.isTransaction) database.exec('rollback')
      throw error
    }
  }
  refuseNewer(database, migrations)
}

function apply(database: Database, migration: Migration, randomness: Randomness): void {
  migration.apply({
    exec: (sql) => database.exec(sql),
    run: (sql, ...values) => {
      database.prepare(sql).run(...values)
    },
    randomness,
  })
  database.exec(`pragma application_id = ${APPLICATION_ID}; pragma user_version = ${migration.number}`)
}

function refuseNewer(database: Database, migrations: readonly Migration[]): void {
  const found = schemaNumber(database)
  const known = migrations.at(-1)?.number ?? 0
  if (found <= known) return
  throw new StoreRefused(
    `the database has schema ${found}, this program knows ${known}: start the newer program, or restore a backup made before it`,
  )
}

export function schemaNumber(database: Database): number {
  return Number(database.prepare('pragma user_version').get()?.user_version)
}

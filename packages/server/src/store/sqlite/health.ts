import type { Store } from '../store.ts'
import type { Connection } from './connection.ts'

/**
 * Tables of which a row is written as it is. One page could still fit on a disk on which nothing else does: the remainder of a
 * transaction that found no space stays allocated.
 */
const WRITTEN = {
  clock: 'newest_at',
  identity: 'id',
  tenants: 'epoch',
  organisations: 'name',
  accounts: 'epoch',
  applications: 'epoch',
  signing_keys: 'ordinal',
} as const

/** Whether as much can be written now as a sign-in writes. */
export function createHealthCheck({ prepare, write }: Connection): Store['isHealthy'] {
  const writings = Object.entries(WRITTEN).map(([table, column]) => {
    const key = table === 'clock' || table === 'identity' ? 'one' : 'id'
    return prepare(`update ${table} set ${column} = ${column} where ${key} = (select min(${key}) from ${table})`)
  })
  return () =>
    write(() => {
      for (const writing of writings) writing.run()
    }).then(
      () => true,
      () => false,
    )
}

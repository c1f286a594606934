/**
 * The embedded store: one SQLite file in WAL mode, every commit synced before it is answered, other processes welcome.
 *
 * One file per noun, with its statements beside their verbs and the mapping of its rows; `connection.ts` knows transactions and
 * what a broken file means, `database.ts` what is checked before a file is trusted. The order of refreshes is `../batches.ts`.
 */
import { resolve } from 'node:path'
import type { Randomness } from '../../domain/randomness.ts'
import { createRefreshBatches } from '../batches.ts'
import { SQLITE_MIGRATIONS } from '../migrations/sqlite/all.ts'
import type { Store } from '../store.ts'
import { createAccounts } from './accounts.ts'
import { createApiKeys } from './api-keys.ts'
import { createApplications } from './applications.ts'
import { createAuditing, createAuditTrail } from './audit-trail.ts'
import { createCommittedTime } from './clock.ts'
import { type Connection, createConnection } from './connection.ts'
import { IN_MEMORY, openCheckedDatabase, openDatabase, refuseEmpty } from './database.ts'
import { openingFaultOf } from './faults.ts'
import { createGroupCommit } from './group-commit.ts'
import { createHealthCheck } from './health.ts'
import { createIdentity } from './identity.ts'
import { createKnownBlocks } from './known-blocks.ts'
import { createKnownDevices } from './known-devices.ts'
import { createLetters } from './letters.ts'
import { createBuckets, createLimits } from './limits.ts'
import { migrate } from './migrate.ts'
import { createConsumeOnce, createOneUseThings } from './one-use-things.ts'
import { createOrganisations } from './organisations.ts'
import { createPermanentTokens } from './permanent-tokens.ts'
import { createResealKeys } from './reseal-keys.ts'
import { createAdvanceBatch } from './session-advances.ts'
import { createSessions } from './sessions.ts'
import { createSigningKeys } from './signing-keys.ts'
import { createSweep } from './sweep.ts'
import { createTenants } from './tenants.ts'

export interface SqliteStoreOptions {
  /** A file (its folder must exist), or `:memory:`. */
  readonly path: string
  /** Whether it may be a new one, which is the default. Else a file that is empty is refused: it has been one with something in it. */
  readonly make?: boolean
  readonly randomness: Randomness
  /** How long a verb waits for another process before the caller gets `Unavailable`; 5 s by default. Other requests go on meanwhile. */
  readonly maxWaitMs?: number
}

const MAX_WAIT_MS = 5000

/**
 * Opens the embedded store and brings its schema up to date.
 * @throws StoreRefused if the file must not be used as it is: readable by others, damaged, emptied, foreign, or of a newer program
 * @throws Unavailable if another process holds it for longer than `maxWaitMs`
 */
export async function openSqliteStore({ path, make = true, randomness, maxWaitMs = MAX_WAIT_MS }: SqliteStoreOptions): Promise<Store> {
  const location = path === IN_MEMORY ? path : resolve(path)
  if (!make) refuseEmpty(location)
  const database = await openCheckedDatabase(location, maxWaitMs)
  try {
    migrate(database, SQLITE_MIGRATIONS, randomness)
    const reopen = location === IN_MEMORY ? undefined : () => openDatabase(location, 0)
    return await composeStore(createConnection(database, reopen, maxWaitMs), randomness)
  } catch (error) {
    database.close()
    throw openingFaultOf(error, location)
  }
}

async function composeStore(connection: Connection, randomness: Randomness): Promise<Store> {
  const time = createCommittedTime(connection)
  const identity = createIdentity(connection)
  const auditing = createAuditing(connection, time)
  const group = createGroupCommit(connection)
  const buckets = createBuckets(connection)
  const knownBlocks = createKnownBlocks(connection)
  const consumeOnce = createConsumeOnce(connection, time)
  const batches = createRefreshBatches({ runBatch: createAdvanceBatch(connection, time) })

  return {
    id: await connection.read(identity.readId),
    newestInstant: await connection.read(time.newestInstant),
    tenants: createTenants(connection, auditing),
    organisations: createOrganisations(connection, auditing),
    accounts: createAccounts(connection, auditing),
    knownDevices: createKnownDevices(connection, time),
    applications: createApplications(connection, auditing),
    apiKeys: createApiKeys(connection, auditing, time),
    sessions: {
      ...createSessions(connection, { auditing, group, buckets, knownBlocks, consumeOnce, randomness }),
      advance: batches.advance,
    },
    signingKeys: createSigningKeys(connection, auditing, identity),
    permanentTokens: createPermanentTokens(connection, auditing, time),
    oneUseThings: createOneUseThings(connection, consumeOnce),
    limits: createLimits(connection, { buckets, time, group }),
    letters: createLetters(connection, auditing, time),
    auditTrail: createAuditTrail(connection, auditing, group),
    masterKeyCheck: identity.masterKeyCheck,
    resealKeys: createResealKeys(connection, auditing, time),
    beat: time.beat,
    lastBeatAt: () => connection.read(time.lastBeatAt),
    sweep: createSweep(connection),
    isHealthy: createHealthCheck(connection),
    async close() {
      await Promise.all([batches.drained(), group.drained()])
      connection.close()
    },
  }
}

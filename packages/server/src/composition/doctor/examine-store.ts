import { existsSync } from 'node:fs'
import type { Finding } from '../../cli/finding.ts'
import type { Config } from '../../config/config.ts'
import { Unavailable } from '../../domain/fault.ts'
import type { EpochMs } from '../../domain/time.ts'
import { type ExaminedStore, examineSqliteStore } from '../../store/sqlite/examine.ts'
import { StoreRefused } from '../../store/store-refused.ts'
import { createKeySealing, openMasterKeyCheck } from '../../tokens/key-sealing.ts'
import { databaseFileOf, randomness } from '../open-house.ts'

/** A server beats every two seconds. */
const BEATS_WITHIN_MS = 10_000
/** What the store has seen may be ahead of a clock by as much as clocks differ. */
const MAX_BEHIND_MS = 5000

interface Examined {
  readonly findings: readonly Finding[]
  /** Whether a server is at work on it. */
  readonly isRunning: boolean
}

type Inside = NonNullable<ExaminedStore['inside']>

/** Whether the store opens, has the schema of this program, and is under the master key that there is. */
export function examineStore(config: Config, at: EpochMs): Examined {
  const file = databaseFileOf(config)
  const about = { check: 'store', of: file }
  const wrong = (found: string, remedy: string): Finding => ({ ...about, found, remedy, exit: 'configuration' })
  const only = (finding: Finding): Examined => ({ findings: [finding], isRunning: false })
  if (!existsSync(file)) return only(wrong('There is none.', 'Make it with: ringkey init. If there was one, restore a backup.'))
  let examined: ExaminedStore
  try {
    examined = examineSqliteStore(file)
  } catch (error) {
    if (error instanceof StoreRefused) return only(wrong(`It cannot be used: ${error.message}.`, 'Do what it says, then look again.'))
    if (error instanceof Unavailable)
      return only(wrong('It cannot be read now.', 'Look at the disk, and whether another program holds the file.'))
    throw error
  }
  const { schema, knownSchema, inside } = examined
  if (inside === undefined && schema > knownSchema) {
    return only(
      wrong(
        `Its schema is ${schema}, and this program knows ${knownSchema}.`,
        'Start the newer program, or restore a backup made before it.',
      ),
    )
  }
  if (inside === undefined) {
    return only({
      ...about,
      found: `Its schema is ${schema}; this program makes it ${knownSchema} at the next start.`,
      remedy: 'Back it up before.',
    })
  }
  const isRunning = inside.lastBeatAt !== undefined && Math.abs(at - inside.lastBeatAt) < BEATS_WITHIN_MS
  const running = isRunning ? ' A server is at work on it.' : ''
  const store: Finding = { ...about, found: `It opens; schema ${schema}, ${inside.tenants} tenants.${running}` }
  return { findings: [store, ...describeMasterKey(config, inside), describeClock(inside, at)], isRunning }
}

function describeMasterKey({ masterKey }: Config, { masterKeyCheck, keys }: Inside): readonly Finding[] {
  const check = 'master key'
  if (masterKey.kind === 'absent') {
    const remedy = 'Put it back from where you keep a copy, or name it in RINGKEY_MASTER_KEY_FILE. No new one is made.'
    return [
      {
        check,
        of: masterKey.file,
        found: 'It is missing, and nothing that the store holds can be used without it.',
        remedy,
        exit: 'configuration',
      },
    ]
  }
  if (masterKeyCheck !== undefined && !openMasterKeyCheck(masterKey.key, masterKeyCheck)) {
    const remedy = 'Give the key that the store was made with, or the one that it was resealed under.'
    return [{ check, found: 'It is not the one of this store.', remedy, exit: 'configuration' }]
  }
  const sealing = createKeySealing(masterKey.key, randomness)
  const damaged = keys.filter((key) => {
    try {
      sealing.open(key.sealedSecret, key)
      return false
    } catch {
      return true // why a key does not open is not to be said
    }
  })
  if (damaged.length === 0) return [{ check, found: `It opens the store, and all ${keys.length} keys in it.` }]
  return damaged.map(({ id, tenantId, purpose }) => ({
    check: 'keys',
    of: id,
    found: `A key of tenant ${tenantId} (${purpose}) does not open: its row was changed.`,
    remedy: 'Restore a backup. Until then that tenant is answered 500.',
    exit: 'configuration',
  }))
}

function describeClock({ newestInstant }: Inside, at: EpochMs): Finding {
  const behindMs = newestInstant - at
  if (behindMs <= MAX_BEHIND_MS) return { check: 'clock', found: 'It is not behind what the store has seen.' }
  const found = `It is ${Math.round(behindMs / 1000)} s behind what the store has seen.`
  const remedy =
    'Have it set by NTP (timedatectl set-ntp true). If it is right, it has been ahead: the server goes on from there until the machine has caught up, and a backup from before is the only way back.'
  return { check: 'clock', found, remedy, exit: 'configuration' }
}

import { existsSync } from 'node:fs'
import { mkdir, open, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { OpenRefusal } from '../cli/cli-deps.ts'
import type { Config } from '../config/config.ts'
import { type CourierAnswer, createCourier } from '../delivery/courier.ts'
import { createLetterCarrier } from '../delivery/letter-carrier.ts'
import type { Courier, Gateway, LetterAnswer, LetterCarrier, MailGateway, TextMessage } from '../delivery/message.ts'
import { accept, type Outcome, refuse } from '../domain/outcome.ts'
import type { StoredKey } from '../domain/signing-key.ts'
import { createStoreClock, type StoreClock } from '../domain/store-clock.ts'
import { issuerOf } from '../domain/tenant.ts'
import type { Events } from '../events/events.ts'
import { findCollisions, findDoor } from '../front-doors/registry.ts'
import { createHashPool } from '../passwords/hash-pool.ts'
import { createPasswordHasher } from '../passwords/password-hasher.ts'
import { openSqliteStore } from '../store/sqlite/open.ts'
import type { Store } from '../store/store.ts'
import { StoreRefused } from '../store/store-refused.ts'
import { systemTime } from '../system-clock.ts'
import { createSystemRandomness } from '../system-randomness.ts'
import { createKeySealing, type KeySealing } from '../tokens/key-sealing.ts'
import type { DoorCatalogue } from '../use-cases/door-catalogue.ts'
import { composeHouse, type House } from './compose-house.ts'
import { checkMasterKey, findMasterKey } from './master-key.ts'

export interface OpenedHouse extends House {
  /** Tells of every stored key that does not open: its tenant is answered 500 until a backup is put back, and the others are not. */
  readonly reportDamagedKeys: () => Promise<void>
  /** Whether the store is still under the master key that this process was opened with. */
  readonly hasSameMasterKey: () => Promise<boolean>
  readonly store: Store
  readonly clock: StoreClock
  readonly texts: Courier<TextMessage>
  /** undefined: letters leave from another process, or not at all */
  readonly carrier: LetterCarrier | undefined
}

interface Options {
  /** Makes data directory, master key and schema where there is none. Otherwise that is a refusal. */
  readonly make: boolean
  /** Asked at each use: with a port of 0 the listening address is known late. */
  readonly publicUrl: () => URL
  readonly events: Events
  /** What brings codes to telephones. Without it none leaves: a command sends nobody anything. */
  readonly gateway?: Gateway<TextMessage> | undefined
  /** Is told of each message. */
  readonly onMessage?: (answer: CourierAnswer) => void
  /** What there is of letters. A command writes none. */
  readonly mail?: Mail
}

/** Letters of a server. */
export interface Mail {
  /** undefined: none is written */
  readonly perDay: number | undefined
  /** What takes them; undefined: another process brings them there. */
  readonly gateway?: MailGateway | undefined
  /** Is told of each. */
  readonly onAnswer?: (answer: LetterAnswer) => void
}

export const randomness = createSystemRandomness()

export const doorCatalogue: DoorCatalogue = {
  defaultsOf: (name) => {
    const door = findDoor(name)
    return door === undefined || door.isInEveryTenant ? undefined : door.applicationDefaults
  },
  signsInWithoutClient: (name) => findDoor(name)?.signsInWithoutClient ?? false,
  ownLifetimesOf: (name) => findDoor(name)?.ownApplication?.lifetimes,
  needs: (name) => findDoor(name)?.needs ?? [],
  callbackPathOf: (name) => findDoor(name)?.callbackPath,
  collide: (names) => findCollisions(names).length > 0,
}

/** Of a server that was told of none. */
const NO_GATEWAY: Gateway<TextMessage> = { send: async () => 'not_sent', stop: async () => {} }

export function databaseFileOf(config: Config): string {
  return join(config.dataDir, 'ringkey.sqlite')
}

/** Opens the embedded store of a data directory, checks its master key, and composes the house on it. */
export async function openHouse(
  config: Config,
  { make, publicUrl, events, gateway = NO_GATEWAY, onMessage, mail }: Options,
): Promise<Outcome<OpenedHouse, OpenRefusal>> {
  const databaseFile = databaseFileOf(config)
  if (!make && !existsSync(databaseFile)) return refuse({ code: 'not_initialised' })
  const directory = await prepareDirectory(config.dataDir)
  if (!directory.ok) return directory
  const key = await findMasterKey(config, databaseFile, randomness)
  if (!key.ok) return key
  const opened = await openStore(databaseFile, make)
  if (!opened.ok) return opened
  const store = opened.value
  if (!(await checkMasterKey(store, key.value, randomness))) {
    await store.close()
    return refuse({ code: 'master_key_wrong' })
  }
  const clock = createStoreClock(systemTime, store.newestInstant, ({ kind, byMs }) =>
    events.publish(events.clockAlarmed({}, { kind, byMs })),
  )
  const texts = createCourier({
    gateway,
    clock,
    onAnswer(answer) {
      onMessage?.(answer)
      events.publish(events.gatewayAnswered({}, { answer }))
    },
    onHealth: (isWell) => events.publish(isWell ? events.gatewayRecovered({}) : events.gatewayFailed({})),
  })
  const carrier = openCarrier(mail, events)
  const house = composeHouse({
    store,
    clock,
    randomness,
    masterKey: key.value,
    passwords: createPasswordHasher({ randomness, pool: createHashPool({ workers: config.hashWorkers, time: systemTime }) }),
    doors: doorCatalogue,
    issuerOf: (tenant) => issuerOf(tenant, publicUrl()),
    texts,
    mail: mail?.perDay === undefined ? undefined : { perDay: mail.perDay, carrier },
    events,
  })
  const sealing = createKeySealing(key.value, randomness)
  const reportDamagedKeys = async () => {
    for (const { id: tenantId } of await store.tenants.list()) {
      for (const stored of await store.signingKeys.list(tenantId)) {
        if (!opens(sealing, stored)) events.publish(events.keyDamaged({ tenantId, subject: stored.id }, { purpose: stored.purpose }))
      }
    }
  }
  const hasSameMasterKey = () => checkMasterKey(store, key.value, randomness)
  return accept({ ...house, store, clock, texts, carrier, reportDamagedKeys, hasSameMasterKey })
}

function openCarrier(mail: Mail | undefined, events: Events): LetterCarrier | undefined {
  if (mail?.gateway === undefined) return undefined
  return createLetterCarrier({
    gateway: mail.gateway,
    onAnswer: (answer) => mail.onAnswer?.(answer),
    onHealth: (isWell) => events.publish(isWell ? events.mailRecovered({}) : events.mailFailed({})),
  })
}

function opens(sealing: KeySealing, stored: StoredKey): boolean {
  try {
    sealing.open(stored.sealedSecret, stored)
    return true
  } catch {
    return false
  }
}

/** Nobody but the owner may look into it: it has the keys. */
async function prepareDirectory(path: string): Promise<Outcome<undefined, OpenRefusal>> {
  try {
    const made = await mkdir(path, { recursive: true, mode: 0o700 })
    if (made !== undefined && process.platform !== 'win32') await syncEntries(path, made)
    const { mode } = await stat(path)
    if (process.platform !== 'win32' && (mode & 0o022) !== 0) {
      return refuse({ code: 'data_directory_unusable', logDetail: `others may write to ${path}; run: chmod 700 ${path}` })
    }
    return accept(undefined)
  } catch (error) {
    return refuse({ code: 'data_directory_unusable', logDetail: error instanceof Error ? error.message : String(error) })
  }
}

/** Makes durable that new directories are where they are: what is synced inside would be lost with them. @param first the outermost */
async function syncEntries(path: string, first: string): Promise<void> {
  const outer = dirname(path)
  const directory = await open(outer, 'r')
  await directory.sync().finally(() => directory.close())
  if (path !== first && path !== outer) await syncEntries(outer, first)
}

async function openStore(path: string, make: boolean): Promise<Outcome<Store, OpenRefusal>> {
  try {
    return accept(await openSqliteStore({ path, make, randomness }))
  } catch (error) {
    if (!(error instanceof StoreRefused)) throw error
    return refuse({ code: 'data_directory_unusable', logDetail: error.message })
  }
}

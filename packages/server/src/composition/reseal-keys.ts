import { setTimeout as pause } from 'node:timers/promises'
import type { Resealed, ResealRefusal } from '../cli/cli-deps.ts'
import { type Config, publicUrlOf } from '../config/config.ts'
import { readTextFile } from '../config/read-file.ts'
import { MASTER_KEY } from '../config/setting-types.ts'
import { accept, type Outcome, type Refusal, refuse } from '../domain/outcome.ts'
import type { Clock, EpochMs } from '../domain/time.ts'
import { createEvents } from '../events/events.ts'
import type { Store } from '../store/store.ts'
import { createKeySealing, sealMasterKeyCheck } from '../tokens/key-sealing.ts'
import { silentSink } from './event-sink.ts'
import { findMasterKey, makeKeyFile } from './master-key.ts'
import { databaseFileOf, openHouse, randomness } from './open-house.ts'

/** Three beats. */
const SURELY_STOPPED_MS = 6000
const LOOK_MS = 200

/**
 * Another master key for a store. The new key is on the disk before anything is sealed under it, and the old one stays where it is: a
 * crash at any moment leaves a store that one of the two opens.
 */
export async function resealKeys(
  config: Config,
  { newKeyFile }: { readonly newKeyFile: string },
): Promise<Outcome<Resealed, ResealRefusal>> {
  const events = createEvents({ randomness, sink: silentSink })
  const opened = await openHouse(config, { make: false, publicUrl: () => publicUrlOf(config, config.port), events })
  if (!opened.ok) return opened
  const { store, clock } = opened.value
  try {
    const beaten = await lastBeatOfStopped(store, clock)
    if (!beaten.ok) return beaten
    const old = await findMasterKey(config, databaseFileOf(config), randomness)
    if (!old.ok) return old
    const found = await findNewKey(newKeyFile)
    if (!found.ok) return found
    const { key, madeFile } = found.value
    const [before, after] = [createKeySealing(old.value, randomness), createKeySealing(key, randomness)]
    const resealed = events.keysResealed({ at: clock.now(), tenantId: undefined, actor: 'operator' })
    const keys = await store.resealKeys({
      reseal: (stored) => after.seal(before.open(stored.sealedSecret, stored), stored),
      masterKeyCheck: sealMasterKeyCheck(key, randomness),
      audit: resealed.audit,
      notBeatenSince: beaten.value,
    })
    if (keys === 'in_use') return refuse({ code: 'store_in_use' })
    events.publish(resealed)
    return accept({ keys, madeFile })
  } finally {
    await store.close()
  }
}

/** A server that runs would go on with the old key, and could not read what is sealed under the new one. It says often that it answers. */
async function lastBeatOfStopped(store: Store, clock: Clock): Promise<Outcome<EpochMs | undefined, Refusal<'store_in_use'>>> {
  const last = await store.lastBeatAt()
  while (last !== undefined && clock.now() - last < SURELY_STOPPED_MS) {
    await pause(LOOK_MS)
    if ((await store.lastBeatAt()) !== last) return refuse({ code: 'store_in_use' })
  }
  return accept(last)
}

async function findNewKey(file: string): Promise<Outcome<{ key: Buffer; madeFile: boolean }, ResealRefusal>> {
  const read = readTextFile(file)
  if (!read.ok && read.isMissing) return accept({ key: await makeKeyFile(file, randomness), madeFile: true })
  const parsed = read.ok && !read.othersCanRead ? MASTER_KEY.parse(read.text.trim()) : undefined
  if (parsed === undefined || 'problem' in parsed) return refuse({ code: 'new_master_key_unusable' })
  return accept({ key: parsed.value, madeFile: false })
}

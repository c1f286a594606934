import { type KeyAlgorithm, type KeyPurpose, keyActiveAt, keyStateAt } from '../domain/signing-key.ts'
import type { EpochMs } from '../domain/time.ts'
import { createKeyLoader, type KeyLoader, type KeyOwner, type KeySource, type TenantKeys } from './key-loader.ts'
import type { MakeKey } from './key-maker.ts'
import type { KeySealing } from './key-sealing.ts'
import type { OpenedKey } from './opened-keys.ts'

export interface KeyRing extends Pick<KeyLoader, 'load'> {
  /** The key of this id, if what it has signed is good at `at`: neither pending nor retired. An unknown id is looked for in the store once. */
  find(owner: KeyOwner, keyId: string, at: EpochMs): Promise<{ readonly key: OpenedKey; readonly revision: number } | undefined>
  /** As `load`, once there is a key of this kind that signs at `at`: the first one is made at its first use. */
  ensure(owner: KeyOwner, purpose: KeyPurpose, algorithm: KeyAlgorithm, at: EpochMs): Promise<TenantKeys>
}

/** Clocks of replicas differ by at most this: a key that another one has begun to sign with is not pending here. */
export const REPLICA_LEEWAY_MS = 2000
/** `makeKeyId` makes these. */
const KEY_ID = /^[a-z2-7]{16}$/
const MAX_TRIES = 5

interface Deps {
  readonly source: KeySource
  readonly sealing: KeySealing
  readonly makeKey: MakeKey
}

/** A tenant's keys: opened once, read again when they have changed, every `KEY_RELOAD_SECONDS`, and for an unknown `kid`. */
export function createKeyRing({ source, sealing, makeKey }: Deps): KeyRing {
  const loader = createKeyLoader(source, sealing)
  const making = new Map<string, Promise<unknown>>()

  async function make(owner: KeyOwner, purpose: KeyPurpose, algorithm: KeyAlgorithm, at: EpochMs): Promise<void> {
    const { keys } = await loader.load(owner, at)
    const ordinals = keys.filter((key) => key.purpose === purpose && key.algorithm === algorithm).map((key) => key.ordinal)
    const ordinal = Math.max(0, ...ordinals) + 1
    // The first key signs from the beginning of time, so that it is the key of every session whose first tokens it signs. A later
    // one is made here only after an emergency has left none, and signs at once.
    await source.add(await makeKey({ tenantId: owner.id, purpose, algorithm, ordinal, createdAt: at, activatesAt: ordinal === 1 ? 0 : at }))
    await loader.loadAfterAdding(owner, at)
  }

  return {
    load: loader.load,

    async find(owner, keyId, at) {
      if (!KEY_ID.test(keyId)) return undefined
      let loaded = await loader.load(owner, at)
      if (!hasKey(loaded, keyId)) loaded = (await loader.loadForUnknown(owner, at)) ?? loaded
      const key = loaded.keys.find(({ id }) => id === keyId)
      return key !== undefined && isGoodAt(key, loaded.keys, at) ? { key, revision: loaded.revision } : undefined
    },

    async ensure(owner, purpose, algorithm, at) {
      for (let tries = 0; tries < MAX_TRIES; tries += 1) {
        const loaded = await loader.load(owner, at)
        if (keyActiveAt(loaded.keys, purpose, algorithm, at) !== undefined) return loaded
        const kind = JSON.stringify([owner.id, purpose, algorithm])
        const made = making.get(kind) ?? make(owner, purpose, algorithm, at).finally(() => making.delete(kind))
        making.set(kind, made)
        await made
      }
      throw new Error(`no ${algorithm} key for ${purpose} tokens could be made`)
    },
  }
}

function hasKey({ keys }: TenantKeys, keyId: string): boolean {
  return keys.some(({ id }) => id === keyId)
}

function isGoodAt(key: OpenedKey, keys: readonly OpenedKey[], at: EpochMs): boolean {
  return keyStateAt(key, keys, at + REPLICA_LEEWAY_MS) !== 'pending' && keyStateAt(key, keys, at) !== 'retired'
}

import { PASTED, refuseUnlessFit, STORE } from '../check-options.ts'
import { RingkeyError } from '../error.ts'
import { Secret } from '../secret.ts'
import type { Store } from './store.ts'

const IV_BYTES = 12

type Key = Awaited<ReturnType<typeof crypto.subtle.importKey>>

/**
 * A store whose values are sealed (AES-256-GCM) before they reach another one. A value moved to another key does not open.
 * @param key 32 random bytes in base64: `openssl rand -base64 32`
 */
export function encryptedStore(store: Store, key: Secret | string): Store {
  refuseUnlessFit('The store of encryptedStore()', store, STORE)
  refuseUnlessFit('The key of encryptedStore()', key, PASTED)
  const imported = importKey(typeof key === 'string' ? new Secret(key) : key)
  imported.catch(() => {}) // told by whoever uses the store first
  return {
    name: `${store.name} (encrypted)`,
    async read(name) {
      const opener = await imported // a key that is none is told before anything is asked of a platform
      const kept = await store.read(name)
      return kept?.value === undefined ? kept : { version: kept.version, value: await open(opener, name, kept.value) }
    },
    async swap(name, version, value, options) {
      return store.swap(name, version, value === undefined ? undefined : await seal(await imported, name, value), options)
    },
  }
}

async function importKey(key: Secret): Promise<Key> {
  const bytes = decode(key.reveal().trim())
  if (bytes?.length !== 32)
    throw new RingkeyError('configuration', 'The key of the token store is not 32 bytes in base64. Make one by: openssl rand -base64 32')
  return crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt'])
}

async function seal(key: Key, name: string, text: string): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
  const sealed = new Uint8Array(await crypto.subtle.encrypt(parametersOf(iv, name), key, new TextEncoder().encode(text)))
  return encode(new Uint8Array([...iv, ...sealed]))
}

async function open(key: Key, name: string, text: string): Promise<string> {
  const bytes = decode(text)
  try {
    if (bytes === undefined) throw new Error('not base64')
    const opened = await crypto.subtle.decrypt(parametersOf(bytes.slice(0, IV_BYTES), name), key, bytes.slice(IV_BYTES))
    return new TextDecoder().decode(opened)
  } catch (cause) {
    throw new RingkeyError(
      'store_unavailable',
      'What is kept does not open with this key. Give the key that it was kept with, or begin anew in another store.',
      { cause },
    )
  }
}

function parametersOf(
  iv: Uint8Array<ArrayBuffer>,
  name: string,
): { name: string; iv: Uint8Array<ArrayBuffer>; additionalData: Uint8Array<ArrayBuffer> } {
  return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(name) }
}

function encode(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}

function decode(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  } catch {
    return undefined
  }
}

/**
 * A private key is opened once. Every restart of a schedule's process opens all keys of its tenant, and OpenSSL takes longer to read one
 * than the rest of the schedule takes; what comes of the same bytes is the same key, which nobody can change.
 */
import crypto, { type KeyObject } from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'

type PrivateKeyInput = Parameters<typeof crypto.createPrivateKey>[0]

const MOST = 1000

/** From now on, for all of this process. */
export function rememberPrivateKeys(): void {
  const { createPrivateKey } = crypto
  const known = new Map<string, KeyObject>()

  function open(input: PrivateKeyInput): KeyObject {
    const bytes = typeof input === 'object' && 'key' in input && Buffer.isBuffer(input.key) ? input.key : undefined
    if (bytes === undefined) return createPrivateKey(input)
    const name = bytes.toString('latin1')
    const key = known.get(name) ?? createPrivateKey(input)
    if (known.size >= MOST) known.clear()
    known.set(name, key)
    return key
  }

  Object.assign(crypto, { createPrivateKey: open })
  syncBuiltinESMExports()
}

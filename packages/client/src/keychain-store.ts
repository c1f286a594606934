/**
 * Files that are sealed with a key from the desktop's keychain (`secret-tool`, of libsecret). Nobody needs one: where there is none, or it does
 * not answer within three seconds, as over SSH and in containers, the plain files are used.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { environment } from './environment.ts'
import { encryptedStore } from './keep/encrypted-store.ts'
import { fileStore } from './keep/file-store.ts'
import { Lessor } from './keep/lease.ts'
import type { Store } from './keep/store.ts'
import { Secret } from './secret.ts'

export interface KeychainOptions {
  /** By default `secret-tool`. */
  readonly program?: string
  /** By default 3. */
  readonly timeoutSeconds?: number
  /** 32 bytes that nobody else knows, in base64. */
  readonly newKey?: () => string
}

/** Between two looks at what another process is making. */
const WAIT_MS = 50

const NAMES = ['application', '@ringkey/client', 'purpose', 'token store']

/** @param folder of the plain files; the sealed ones are in a folder within, so that neither is taken for the other */
export async function keychainStore(folder: string, options: KeychainOptions = {}): Promise<Store> {
  const sealed = fileStore(join(folder, 'sealed'))
  const key = await readKey(sealed, options)
  return key === undefined ? fileStore(folder) : encryptedStore(sealed, key)
}

/** @returns undefined where there is no keychain, or none that answers */
async function readKey(
  sealed: Store,
  { program = 'secret-tool', timeoutSeconds = 3, newKey = makeKey }: KeychainOptions,
): Promise<Secret | undefined> {
  const deadline = AbortSignal.timeout(timeoutSeconds * 1000)
  const look = () => ask(program, ['lookup', ...NAMES], '', deadline)
  // A keychain lets the later of two keys win, and what the first has sealed would be lost: one process at a time makes one.
  const lessor = new Lessor(sealed, 'keychain', environment, timeoutSeconds * 1000)
  for (;;) {
    const found = await look()
    if (found === undefined || found.reveal() !== '') return found
    const lease = await lessor.take()
    if (lease === undefined) await environment.sleep(WAIT_MS)
    else return await makeOnce().finally(() => lease.release())
  }

  async function makeOnce(): Promise<Secret | undefined> {
    const found = await look() // another process may have been quicker
    if (found === undefined || found.reveal() !== '') return found
    const stored = await ask(program, ['store', '--label=Ringkey tokens', ...NAMES], newKey(), deadline)
    const kept = stored && (await look()) // a keychain may forget
    return kept === undefined || kept.reveal() === '' ? undefined : kept
  }
}

function makeKey(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')
}

/** @returns what it printed; undefined if it is not there, did not end in time, or failed */
function ask(program: string, args: readonly string[], input: string, signal: AbortSignal): Promise<Secret | undefined> {
  return new Promise((resolve) => {
    let printed = ''
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'], signal, killSignal: 'SIGKILL' })
    child.on('error', () => resolve(undefined))
    child.stdin.on('error', () => {}) // it may end before it has read all
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (printed += chunk))
    // `secret-tool` ends a lookup that finds nothing with 1.
    const isDone = (code: number | null) => code === 0 || (args[0] === 'lookup' && code === 1)
    child.on('close', (code) => resolve(isDone(code) ? new Secret(printed.trim()) : undefined))
    child.stdin.end(input)
  })
}

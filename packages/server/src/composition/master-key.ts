import { existsSync } from 'node:fs'
import { link, open, readFile, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { OpenRefusal } from '../cli/cli-deps.ts'
import type { Config } from '../config/config.ts'
import { accept, type Outcome, refuse } from '../domain/outcome.ts'
import type { Randomness } from '../domain/randomness.ts'
import type { Store } from '../store/store.ts'
import { openMasterKeyCheck, sealMasterKeyCheck } from '../tokens/key-sealing.ts'

const MASTER_KEY_BYTES = 32

/**
 * The key under which all others are sealed. It is made with a new data directory and never again: a database whose key is missing
 * stops the start.
 */
export async function findMasterKey(config: Config, databaseFile: string, randomness: Randomness): Promise<Outcome<Buffer, OpenRefusal>> {
  if (config.masterKey.kind === 'present') return accept(config.masterKey.key)
  const { file } = config.masterKey
  if (existsSync(file)) return accept(await readKeyFile(file)) // another process has made it meanwhile
  if (existsSync(databaseFile)) return refuse({ code: 'master_key_missing', logDetail: file })
  return accept(await makeKeyFile(file, randomness))
}

/** Written beside, synced, then linked to its name, which fails if another process was first: nobody ever reads half a key. */
export async function makeKeyFile(file: string, randomness: Randomness): Promise<Buffer> {
  const key = randomness.bytes(MASTER_KEY_BYTES)
  const beside = join(dirname(file), `.master.key.${randomness.bytes(8).toString('hex')}`)
  const handle = await open(beside, 'wx', 0o600)
  try {
    await handle.writeFile(`${key.toString('base64url')}\n`)
    await handle.sync()
    await handle.close()
    await link(beside, file)
    await syncEntry(file)
    return key
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    return readKeyFile(file)
  } finally {
    await unlink(beside)
  }
}

/** What is sealed under the key may be durable soon, so its name must be. */
async function syncEntry(file: string): Promise<void> {
  if (process.platform === 'win32') return // directories cannot be synced there
  const directory = await open(dirname(file), 'r')
  await directory.sync().finally(() => directory.close())
}

async function readKeyFile(file: string): Promise<Buffer> {
  return Buffer.from((await readFile(file, 'utf8')).trim(), 'base64url')
}

/** Whether the key opens the known text that was sealed at the first start. */
export async function checkMasterKey(store: Store, key: Buffer, randomness: Randomness): Promise<boolean> {
  const sealed = (await store.masterKeyCheck.read()) ?? (await store.masterKeyCheck.putIfAbsent(sealMasterKeyCheck(key, randomness)))
  return openMasterKeyCheck(key, sealed)
}

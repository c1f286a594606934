import { access, constants, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Finding } from '../../cli/finding.ts'
import type { Config } from '../../config/config.ts'
import { databaseFileOf } from '../open-house.ts'

const MEBIBYTE = 1024 * 1024
/** Below this a start can fail, and writes do soon. */
const MIN_FREE_BYTES = 16 * MEBIBYTE
const SCANT_FREE_BYTES = 512 * MEBIBYTE

/** Whose the data directory is, who may look into it, and how much room there is. */
export async function examineFiles(config: Config): Promise<readonly Finding[]> {
  const { dataDir } = config
  const about = { check: 'data directory', of: dataDir }
  try {
    const seen = await stat(dataDir)
    if (!seen.isDirectory()) return [wrong(about, 'It is no directory.', 'Name another as RINGKEY_DATA_DIR.')]
    const uid = process.getuid?.()
    const owned = uid === undefined ? [] : describeOwner(about, seen, uid)
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK)
    const secret = uid === undefined ? [] : await examineSecretFiles(config, uid)
    const fine: Finding[] =
      owned.length + secret.length > 0 ? [] : [{ ...about, found: 'It is there, and only its owner can read what is secret.' }]
    return [...owned, ...secret, ...fine, await examineRoom(dataDir)]
  } catch (error) {
    return [describeMissing(about, error)]
  }
}

type About = Pick<Finding, 'check' | 'of'>

function wrong(about: About, found: string, remedy: string): Finding {
  return { ...about, found, remedy, exit: 'configuration' }
}

function describeMissing(about: About, error: unknown): Finding {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
  if (code === 'ENOENT') return wrong(about, 'It is not there.', 'Make it with: ringkey init. Or name another as RINGKEY_DATA_DIR.')
  return wrong(about, `This user cannot use it (${code}).`, 'Run the command as the user that the server runs as.')
}

function describeOwner(about: About, { mode, uid: owner }: { mode: number; uid: number }, uid: number): Finding[] {
  const findings: Finding[] = []
  if (owner !== uid) {
    const remedy = 'Run the command as the user that the server runs as; if this is that user, give the directory to it (chown -R).'
    findings.push({ ...about, found: `It belongs to another user (${owner}).`, remedy })
  }
  if ((mode & 0o022) !== 0) findings.push(wrong(about, 'Others may write to it.', `Run: chmod 700 ${about.of}`))
  return findings
}

/** What holds keys, or what keys seal. */
async function examineSecretFiles(config: Config, uid: number): Promise<Finding[]> {
  const database = databaseFileOf(config)
  const files = [database, `${database}-wal`, `${database}-shm`, join(config.dataDir, 'master.key'), join(config.dataDir, 'demo.json')]
  const findings: Finding[] = []
  for (const file of files) {
    const seen = await stat(file).catch(() => undefined) // whether it has to be there is the store's question
    if (seen === undefined) continue
    const about = { check: 'files', of: file }
    if ((seen.mode & 0o077) !== 0) findings.push(wrong(about, 'Others may read it.', `Run: chmod 600 ${file}`))
    else if (seen.uid !== uid && uid !== 0)
      findings.push(wrong(about, 'It belongs to another user.', 'Run the server and its commands as one user.'))
  }
  return findings
}

async function examineRoom(dataDir: string): Promise<Finding> {
  const about = { check: 'disk', of: dataDir }
  const { bavail, bsize, files, ffree } = await statfs(dataDir)
  const free = bavail * bsize
  const found = `${Math.floor(free / MEBIBYTE)} MiB are free.`
  if (free < MIN_FREE_BYTES) return { ...about, found, remedy: 'Make room: without it every write is refused.', exit: 'configuration' }
  if (files > 0 && ffree === 0)
    return { ...about, found: 'No file can be made: the file system has no inode left.', remedy: 'Take files away.', exit: 'configuration' }
  return free < SCANT_FREE_BYTES ? { ...about, found, remedy: 'Make room soon.' } : { ...about, found }
}

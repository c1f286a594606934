/** Whether tokens can be kept in files: whose they are, who can read them, and whether a file can be written and linked there now. */
import { link, lstat, mkdtemp, readdir, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Finding } from '../../finding.ts'

const OPEN_TO_OTHERS = 0o077
const MAX_NAMED = 3

/** @param uid whose they must be; undefined where the system has no users */
export async function lookAtFiles(folder: string, uid: number | undefined = process.getuid?.()): Promise<readonly Finding[]> {
  const path = resolve(folder)
  try {
    const seen = await stat(path)
    if (!seen.isDirectory()) return [wrong(path, `${path} is no folder.`, 'Choose another RINGKEY_HOME.')]
    if (uid !== undefined && seen.uid !== uid) {
      return [wrong(path, `${path} belongs to another user.`, 'Keep tokens in a folder of your own: set RINGKEY_HOME.')]
    }
    if (uid !== undefined && (seen.mode & OPEN_TO_OTHERS) !== 0) {
      return [wrong(path, `${path} is open to other users.`, `Run: chmod 700 ${path}`)]
    }
    return [...(await lookAtEach(path, uid)), await tryToWrite(path)]
  } catch (error) {
    return [codeOf(error) === 'ENOENT' ? await lookAbove(path) : cannot(path, error)]
  }
}

/** There is no folder yet: the first sign-in makes it, if one can be made where the next of those above it is. */
async function lookAbove(path: string): Promise<Finding> {
  try {
    await rmdir(await mkdtemp(join(await findAbove(path), 'doctor.tmp-')))
    return { check: 'files', of: path, found: 'Nothing is kept yet; the first sign-in makes the folder.' }
  } catch (error) {
    return cannot(path, error)
  }
}

async function findAbove(path: string): Promise<string> {
  const above = dirname(path)
  try {
    await stat(above)
    return above
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || above === path) throw error
    return findAbove(above)
  }
}

async function lookAtEach(folder: string, uid: number | undefined): Promise<readonly Finding[]> {
  if (uid === undefined) return []
  const open: string[] = []
  const foreign: string[] = []
  const strange: string[] = []
  for (const name of await readdir(folder)) {
    const seen = await lstat(join(folder, name)).catch(() => undefined)
    if (seen === undefined) continue // replaced by a newer one meanwhile
    if (seen.uid !== uid) foreign.push(name)
    else if (!seen.isFile() && !seen.isDirectory()) strange.push(name)
    else if ((seen.mode & OPEN_TO_OTHERS) !== 0) open.push(name)
  }
  return [
    ...(foreign.length === 0
      ? []
      : [wrong(folder, `${listed(foreign)} in ${folder}: of another user.`, 'Take them away, or choose another RINGKEY_HOME.')]),
    ...(strange.length === 0
      ? []
      : [wrong(folder, `${listed(strange)} in ${folder}: no file.`, 'Take them away, or choose another RINGKEY_HOME.')]),
    ...(open.length === 0
      ? []
      : [wrong(folder, `${listed(open)} in ${folder}: open to other users.`, `Run: chmod -R go= ${folder}, and sign in anew.`)]),
  ]
}

function listed(names: readonly string[]): string {
  const more = names.length > MAX_NAMED ? ` and ${names.length - MAX_NAMED} more` : ''
  return `${names.slice(0, MAX_NAMED).join(', ')}${more}`
}

/** What a renewal does to the disk, in a folder that goes again. */
async function tryToWrite(folder: string): Promise<Finding> {
  let trial: string | undefined
  try {
    trial = await mkdtemp(join(folder, 'doctor.tmp-'))
    await writeFile(join(trial, 'file'), 'x'.repeat(4096), { mode: 0o600, flush: true })
    await link(join(trial, 'file'), join(trial, 'link'))
    return { check: 'files', of: folder, found: 'Files can be written, and only you can read them.' }
  } catch (error) {
    return cannot(folder, error)
  } finally {
    if (trial !== undefined) await rm(trial, { recursive: true, force: true }).catch(() => {}) // a disk that fails has been told of
  }
}

const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'Make room on the disk.',
  EDQUOT: 'Make room on the disk.',
  EROFS: 'The file system is read-only: set RINGKEY_HOME to a folder that can be written.',
  EACCES: 'Set RINGKEY_HOME to a folder that this user may write.',
  EPERM: 'Set RINGKEY_HOME to a folder on a file system with hard links.',
}

function cannot(path: string, error: unknown): Finding {
  const code = codeOf(error) ?? 'unknown error'
  return wrong(path, `Tokens cannot be kept in ${path} (${code}).`, REMEDIES[code] ?? 'Choose another RINGKEY_HOME.')
}

function wrong(of: string, found: string, remedy: string): Finding {
  return { check: 'files', of, found, remedy, exit: 'configuration' }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
}

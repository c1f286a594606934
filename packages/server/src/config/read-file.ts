import { closeSync, fstatSync, openSync, readFileSync, type Stats } from 'node:fs'

export type FileRead =
  | { readonly ok: true; readonly text: string; readonly othersCanRead: boolean }
  /** `problem` is a predicate that follows the file's name. */
  | { readonly ok: false; readonly isMissing: boolean; readonly problem: string }

export type ReadFile = (path: string) => FileRead

const MAX_BYTES = 1_048_576

/** Reads a small text file, and says who else can: mode and content are of the same open file, so that no swap comes between. */
export const readTextFile: ReadFile = (path) => {
  let descriptor: number | undefined
  try {
    descriptor = openSync(path, 'r')
    const stats = fstatSync(descriptor)
    if (stats.isDirectory()) return { ok: false, isMissing: false, problem: 'is a directory' }
    if (!stats.isFile() && !stats.isFIFO()) return { ok: false, isMissing: false, problem: 'is no file' }
    if (stats.size > MAX_BYTES) return { ok: false, isMissing: false, problem: 'is larger than 1 MiB' }
    const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(descriptor))
    return { ok: true, text, othersCanRead: canOthersRead(stats) }
  } catch (error) {
    return { ok: false, ...explain(error) }
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}

/**
 * Nobody but the owner may read a secret. A file of the administrator may also be readable by a group of ours, which is how a
 * service gets one without owning it.
 */
function canOthersRead(stats: Stats): boolean {
  const userId = process.getuid?.()
  if (userId === undefined) return false // modes mean nothing on this system
  const isHandedToUs = stats.uid === 0 && userId !== 0 && (process.getgroups?.() ?? []).includes(stats.gid)
  return (stats.mode & (isHandedToUs ? 0o027 : 0o077)) !== 0
}

function explain(error: unknown): { isMissing: boolean; problem: string } {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return { isMissing: true, problem: 'does not exist' }
    case 'EACCES':
    case 'EPERM':
      return { isMissing: false, problem: 'may not be read by this user' }
    case 'ERR_ENCODING_INVALID_ENCODED_DATA':
      return { isMissing: false, problem: 'is not text in UTF-8' }
    default:
      return { isMissing: false, problem: `cannot be read (${typeof code === 'string' ? code : 'unknown reason'})` }
  }
}

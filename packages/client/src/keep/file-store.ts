/**
 * Keeps tokens in files: mode 0600, in a folder of mode 0700. A value is a file `<key>~<revision>`, and the highest revision is the
 * value. A writer makes a temporary file, syncs it, gives it the name of the next revision by a link, and syncs the folder. A link
 * refuses a name that is taken, which a rename does not: so that of many writers exactly one succeeds, and a reader, or a machine
 * that loses its power, meets a whole file or none.
 */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { refuseUnlessFit, SECRET } from '../check-options.ts'
import { RingkeyError } from '../error.ts'
import { type FileSystem, nodeFileSystem, type Seen } from './file-system.ts'
import type { Kept, Store, SwapOptions } from './store.ts'

const OPEN_TO_OTHERS = 0o077
/** A temporary file that is older was left by a process that died. */
const ABANDONED_MS = 3_600_000
const MAX_READS = 50

export interface FileStoreOptions {
  readonly fileSystem?: FileSystem
  readonly newId?: () => string
  readonly now?: () => number
  /** The user whose files these must be; undefined where the system has none. */
  readonly uid?: number | undefined
}

export function fileStore(folder: string, options: FileStoreOptions = {}): Store {
  refuseUnlessFit('The folder of fileStore()', folder, SECRET)
  const files = new Files(folder, options)
  return {
    name: folder,
    read: (key) => files.inWords('read', () => files.read(key)),
    swap: (key, version, value, swapOptions) => files.inWords('write', () => files.swap(key, version, value, swapOptions)),
  }
}

/** `XDG_STATE_HOME` is where a program keeps what outlives it and is not worth a backup. */
export function defaultFolder(variables: Readonly<Record<string, string | undefined>> = process.env): string {
  const { RINGKEY_HOME: chosen, XDG_STATE_HOME: state } = variables
  return chosen || join(state || join(homedir(), '.local', 'state'), 'ringkey')
}

class Files {
  readonly #folder: string
  readonly #disk: FileSystem
  readonly #newId: () => string
  readonly #now: () => number
  readonly #uid: number | undefined

  constructor(folder: string, { fileSystem, newId, now, uid }: FileStoreOptions) {
    this.#folder = folder
    this.#disk = fileSystem ?? nodeFileSystem
    this.#newId = newId ?? (() => crypto.randomUUID())
    this.#now = now ?? (() => Date.now())
    this.#uid = uid ?? process.getuid?.()
  }

  async read(key: string): Promise<Kept | undefined> {
    if (!(await this.#hasFolder())) return undefined
    for (let reads = 1; ; reads += 1) {
      const revision = await this.#newest(key)
      if (revision === 0) return undefined
      try {
        const found = await this.#disk.read(this.#path(key, revision))
        this.#refuseIfOpen(found, this.#path(key, revision), 'file')
        return { version: String(revision), value: found.text === '' ? undefined : found.text }
      } catch (error) {
        // Replaced and taken away since it was listed: there is a newer one.
        if (codeOf(error) !== 'ENOENT' || reads === MAX_READS) throw error
      }
    }
  }

  async swap(key: string, version: string | undefined, value = '', options: SwapOptions = {}): Promise<string | undefined> {
    await this.#openFolder()
    const written = await this.#write(key, Number(version ?? 0), value, options)
    if (written === undefined || value !== '') return written?.toString()
    // The file before the newest stays: what is taken away is written over twice.
    return ((await this.#write(key, written, value, options)) ?? written).toString()
  }

  async #write(key: string, expected: number, text: string, { durable = true }: SwapOptions): Promise<number | undefined> {
    if ((await this.#newest(key)) !== expected) return undefined
    const revision = expected + 1
    const path = this.#path(key, revision)
    const temporary = join(this.#folder, `${key}.tmp-${this.#newId()}`)
    try {
      await this.#disk.create(temporary, text, durable)
      await this.#disk.link(temporary, path)
      if (durable) await this.#disk.syncFolder(this.#folder)
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return undefined
      throw error
    } finally {
      await this.#disk.remove(temporary).catch(() => {}) // on a disk that fails, the first error is the one to tell
    }
    // A writer that slept through three others may have taken a name that was free again. It cannot know; so it has lost.
    if ((await this.#newest(key)) > revision + 1) {
      await this.#disk.remove(path)
      return undefined
    }
    await this.#removeBefore(key, expected)
    return revision
  }

  /** @returns 0 if there is none */
  async #newest(key: string): Promise<number> {
    return (await this.#list()).reduce((newest, name) => Math.max(newest, revisionIn(name, key)), 0)
  }

  async #list(): Promise<readonly string[]> {
    try {
      return await this.#disk.list(this.#folder)
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return []
      throw error
    }
  }

  /** The newest and the one before it stay: who reads the folder meanwhile finds at least one of them. */
  async #removeBefore(key: string, kept: number): Promise<void> {
    for (const name of await this.#list()) {
      const revision = revisionIn(name, key)
      const path = join(this.#folder, name)
      if (revision > 0 ? revision < kept : name.startsWith(`${key}.tmp-`) && (await this.#isAbandoned(path))) await this.#disk.remove(path)
    }
  }

  async #isAbandoned(path: string): Promise<boolean> {
    const seen = await this.#disk.look(path).catch(() => undefined)
    return seen !== undefined && this.#now() - seen.modifiedAt > ABANDONED_MS
  }

  async #openFolder(): Promise<void> {
    await this.#disk.makeFolder(this.#folder)
    this.#refuseIfOpen(await this.#disk.look(this.#folder), this.#folder, 'folder')
  }

  /** @throws RingkeyError if others can write there: what is read could be theirs */
  async #hasFolder(): Promise<boolean> {
    try {
      this.#refuseIfOpen(await this.#disk.look(this.#folder), this.#folder, 'folder')
      return true
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return false
      throw error
    }
  }

  #refuseIfOpen({ kind, mode, uid }: Seen, path: string, wanted: 'file' | 'folder'): void {
    if (kind !== wanted) throw new RingkeyError('store_unavailable', `${path} is no ${wanted}. Choose another folder for tokens.`)
    if (this.#uid === undefined) return
    if (uid !== this.#uid)
      throw new RingkeyError('store_unavailable', `${path} belongs to another user. Keep tokens in a folder of your own.`)
    if ((mode & OPEN_TO_OTHERS) !== 0)
      throw new RingkeyError('store_unavailable', `${path} is open to other users. Run: chmod ${wanted === 'file' ? 600 : 700} ${path}`)
  }

  #path(key: string, revision: number): string {
    return join(this.#folder, `${key}~${revision}`)
  }

  /** Says of a disk's error what cannot be done, and where. */
  async inWords<Result>(verb: string, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work()
    } catch (error) {
      if (error instanceof RingkeyError) throw error
      const sentence = `Tokens cannot be ${verb === 'read' ? 'read from' : 'written to'} ${this.#folder} (${codeOf(error) ?? 'unknown error'}).`
      throw new RingkeyError('store_unavailable', `${sentence} ${REMEDIES[codeOf(error) ?? ''] ?? 'Choose another folder.'}`, {
        cause: error,
      })
    }
  }
}

const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'Make room on the disk.',
  EDQUOT: 'Make room on the disk.',
  EROFS: 'The file system is read-only: choose a folder that can be written, or keep tokens in memory.',
  EACCES: 'Choose a folder that this user may write.',
  EPERM: 'Choose a folder that this user may write, on a file system with hard links.',
}

function revisionIn(name: string, key: string): number {
  return name.startsWith(`${key}~`) && /^[1-9]\d*$/.test(name.slice(key.length + 1)) ? Number(name.slice(key.length + 1)) : 0
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
}

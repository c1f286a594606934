import { constants, type Stats } from 'node:fs'
import * as fs from 'node:fs/promises'
import { dirname } from 'node:path'

/** What of a file or folder decides whether others could have read it. */
export interface Seen {
  readonly kind: 'file' | 'folder' | 'other'
  /** Permission bits. */
  readonly mode: number
  readonly uid: number
  readonly modifiedAt: number
}

/** What the file store does to a disk; a test hands over one that fails. */
export interface FileSystem {
  makeFolder(path: string): Promise<void>
  look(path: string): Promise<Seen>
  list(folder: string): Promise<readonly string[]>
  /** The text, and what the open file looks like. */
  read(path: string): Promise<Seen & { readonly text: string }>
  /** A new file with mode 0600. @param durable: on the disk before this resolves */
  create(path: string, text: string, durable: boolean): Promise<void>
  /** A second name for a file. Unlike a rename it refuses to replace. */
  link(from: string, to: string): Promise<void>
  remove(path: string): Promise<void>
  /** What was linked and removed in the folder is on the disk before this resolves. */
  syncFolder(folder: string): Promise<void>
}

const toSeen = (stats: Stats): Seen => ({
  kind: stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other',
  mode: stats.mode & 0o777,
  uid: stats.uid,
  modifiedAt: stats.mtimeMs,
})

/** With those above it. Node's own `recursive` never ends where a folder says that it is not there and cannot be made, as below /proc. */
async function makeFolder(path: string): Promise<void> {
  const make = () =>
    fs.mkdir(path, 0o700).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST' || !(await fs.stat(path)).isDirectory()) throw error
    })
  await make().catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' || dirname(path) === path) throw error
    await makeFolder(dirname(path))
    await make()
  })
}

export const nodeFileSystem: FileSystem = {
  makeFolder,
  look: async (path) => toSeen(await fs.stat(path)),
  list: (folder) => fs.readdir(folder),
  async read(path) {
    // A pipe would wait for a writer.
    const file = await fs.open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const seen = toSeen(await file.stat())
      return { ...seen, text: seen.kind === 'file' ? await file.readFile('utf8') : '' }
    } finally {
      await file.close()
    }
  },
  async create(path, text, durable) {
    const file = await fs.open(path, 'wx', 0o600)
    try {
      await file.writeFile(text)
      if (durable) await file.sync()
    } finally {
      await file.close()
    }
  },
  link: (from, to) => fs.link(from, to),
  remove: (path) => fs.rm(path, { force: true }),
  async syncFolder(folder) {
    if (process.platform === 'win32') return // a folder cannot be opened there
    const handle = await fs.open(folder, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  },
}

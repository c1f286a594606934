import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { storeContract } from '../store-contract.ts'
import { encryptedStore } from './encrypted-store.ts'
import { fileStore } from './file-store.ts'
import { type FileSystem, nodeFileSystem } from './file-system.ts'
import { memoryStore } from './memory-store.ts'
import type { Store } from './store.ts'

let parent: string
let folder: string
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'ringkey-store-'))
  folder = join(parent, 'deep', 'ringkey')
})
afterEach(() => {
  chmodSync(parent, 0o700)
  rmSync(parent, { recursive: true, force: true })
})

const KEY = 'smartflo-0123456789abcdef'
const A_KEY = Buffer.alloc(32, 7).toString('base64')

describe('every store keeps the promises', () => {
  let memory: Store
  const stores: Readonly<Record<string, () => Store>> = {
    files: () => fileStore(folder),
    memory: () => memory,
    'encrypted files': () => encryptedStore(fileStore(folder), A_KEY),
  }
  for (const [kind, open] of Object.entries(stores)) {
    describe(kind, () => {
      beforeEach(() => {
        memory = memoryStore()
      })
      for (const { title, check } of storeContract) it(title, () => check(open))
    })
  }
})

describe('the promises can be broken', () => {
  const broken: Readonly<Record<string, (store: Store) => Partial<Store>>> = {
    'swap without comparing': (store) => ({
      swap: async (key, _version, value) => store.swap(key, (await store.read(key))?.version, value),
    }),
    'one version for all': (store) => ({
      read: async (key) => {
        const kept = await store.read(key)
        return kept && { ...kept, version: '1' }
      },
      swap: async (key, version, value) => {
        const kept = await store.read(key)
        if ((kept === undefined) !== (version === undefined)) return undefined
        return (await store.swap(key, kept?.version, value)) && '1'
      },
    }),
    'nothing is ever there': () => ({ read: async () => undefined }),
    'one key for all': (store) => ({ read: () => store.read(KEY), swap: (_key, version, value) => store.swap(KEY, version, value) }),
    'what was taken away stays': (store) => ({
      swap: async (key, version, value) => (value === undefined ? version : store.swap(key, version, value)),
    }),
  }
  it.each(Object.entries(broken))('%s', async (_how, breakIt) => {
    const results = await Promise.all(
      storeContract.map(({ check }) => {
        const store = memoryStore()
        return check(() => ({ ...store, ...breakIt(store) })).then(
          () => 'kept',
          () => 'broken',
        )
      }),
    )
    expect(results).toContain('broken')
  })
})

describe('files', () => {
  it('are 0600 in a folder of 0700, whatever the process’s mask', async () => {
    const before = process.umask(0)
    try {
      await fileStore(folder).swap(KEY, undefined, 'secret')
    } finally {
      process.umask(before)
    }
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777)).toEqual([0o600])
  })

  it.each([0o755, 0o710, 0o701])('a folder of mode %o is refused, with the command that mends it', async (mode) => {
    mkdirSync(folder, { recursive: true })
    chmodSync(folder, mode)
    const refused = fileStore(folder).swap(KEY, undefined, 'secret')
    await expect(refused).rejects.toMatchObject({ code: 'store_unavailable', message: expect.stringContaining(`chmod 700 ${folder}`) })
    expect(readdirSync(folder)).toEqual([])
  })

  it.each([0o777, 0o750, 0o701])('nothing is read from a folder of mode %o', async (mode) => {
    const store = fileStore(folder)
    await store.swap(KEY, undefined, 'secret')
    chmodSync(folder, mode)
    await expect(store.read(KEY)).rejects.toMatchObject({ message: expect.stringContaining(`chmod 700 ${folder}`) })
    chmodSync(folder, 0o700)
    expect((await store.read(KEY))?.value).toBe('secret')
  })

  it('a file that others can read is refused', async () => {
    const store = fileStore(folder)
    await store.swap(KEY, undefined, 'secret')
    chmodSync(join(folder, `${KEY}~1`), 0o640)
    await expect(store.read(KEY)).rejects.toMatchObject({ code: 'store_unavailable', message: expect.stringContaining('chmod 600') })
  })

  it('of another user are refused', async () => {
    await fileStore(folder).swap(KEY, undefined, 'secret')
    const other = fileStore(folder, { uid: 12_345 })
    await expect(other.read(KEY)).rejects.toMatchObject({ message: expect.stringContaining('another user') })
  })

  it('a file of the value’s name that is no file is refused, and a pipe is not waited for', async () => {
    const store = fileStore(folder)
    await store.swap(KEY, undefined, 'secret')
    mkdirSync(join(folder, `${KEY}~2`), { mode: 0o755 })
    const refused = (path: string) => ({ code: 'store_unavailable', message: `${path} is no file. Choose another folder for tokens.` })
    await expect(store.read(KEY)).rejects.toMatchObject(refused(join(folder, `${KEY}~2`)))
    execFileSync('mkfifo', ['-m', '666', join(folder, `${KEY}~3`)])
    await expect(store.read(KEY)).rejects.toMatchObject(refused(join(folder, `${KEY}~3`)))
  })

  it.each(['/dev/null', '/proc/version'])('%s is no folder, and nobody is told to change its mode', async (path) => {
    const store = fileStore(path)
    const refused = { code: 'store_unavailable', message: `${path} is no folder. Choose another folder for tokens.` }
    await expect(store.read(KEY)).rejects.toMatchObject(refused)
    await expect(store.swap(KEY, undefined, 'secret')).rejects.toMatchObject({ code: 'store_unavailable' })
  })

  it('a folder that cannot be made is told in the end: Node’s own mkdir tries for ever below /proc', async () => {
    const failed = fileStore('/proc/ringkey/tokens').swap(KEY, undefined, 'secret')
    await expect(failed).rejects.toMatchObject({ code: 'store_unavailable', message: expect.stringContaining('/proc/ringkey/tokens (E') })
    expect(await fileStore('/proc/ringkey/tokens').read(KEY)).toBeUndefined()
  })

  it('folders are made one below the other, for this user alone', async () => {
    await fileStore(folder).swap(KEY, undefined, 'secret')
    for (const made of [folder, join(parent, 'deep')]) expect(statSync(made).mode & 0o777).toBe(0o700)
  })

  it('that were taken away are not on the disk', async () => {
    const store = fileStore(folder)
    const first = await store.swap(KEY, undefined, 'first-secret')
    const second = await store.swap(KEY, first, 'second-secret')
    await store.swap(KEY, second, undefined)
    expect(readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual(['', ''])
  })

  it('do not grow in number, and what dead processes left goes', async () => {
    const store = fileStore(folder)
    let version: string | undefined
    for (let writes = 0; writes < 20; writes += 1) version = await store.swap(KEY, version, String(writes))
    writeFileSync(join(folder, `${KEY}.tmp-old`), '')
    writeFileSync(join(folder, `${KEY}.tmp-young`), '')
    utimesSync(join(folder, `${KEY}.tmp-old`), 0, 0)
    await store.swap(KEY, version, 'last')
    expect(readdirSync(folder).sort()).toEqual([`${KEY}.tmp-young`, `${KEY}~20`, `${KEY}~21`])
  })

  it('a value is on the disk, and its name too, before it is said to be', async () => {
    const steps: string[] = []
    const traced: FileSystem = {
      ...nodeFileSystem,
      create: async (path, text, durable) => {
        await nodeFileSystem.create(path, text, durable)
        steps.push(`create, ${durable ? 'synced' : 'not synced'}`)
      },
      link: async (from, to) => {
        await nodeFileSystem.link(from, to)
        steps.push('link')
      },
      syncFolder: async (path) => {
        await nodeFileSystem.syncFolder(path)
        steps.push('folder synced')
      },
    }
    await fileStore(folder, { fileSystem: traced }).swap(KEY, undefined, 'secret')
    expect(steps).toEqual(['create, synced', 'link', 'folder synced'])
  })

  it('a writer that slept through others’ writes does not bring an old value back', async () => {
    const store = fileStore(folder)
    const first = await store.swap(KEY, undefined, 'first')
    let wake = () => {}
    const asleep = new Promise<void>((resolve) => {
      wake = resolve
    })
    let isAboutToLink = () => {}
    const aboutToLink = new Promise<void>((resolve) => {
      isAboutToLink = resolve
    })
    const sleepy = fileStore(folder, {
      fileSystem: {
        ...nodeFileSystem,
        link: async (from, to) => {
          isAboutToLink()
          await asleep
          return nodeFileSystem.link(from, to)
        },
      },
    })
    const late = sleepy.swap(KEY, first, 'late')
    await aboutToLink
    let version = first
    for (let writes = 0; writes < 5; writes += 1) version = await store.swap(KEY, version, `other ${writes}`)
    wake()
    expect(await late).toBeUndefined()
    expect(await store.read(KEY)).toEqual({ version, value: 'other 4' })
  })

  it.each(['ENOSPC', 'EROFS', 'EACCES', 'EIO'])('%s is told with what to do, and leaves what was kept', async (code) => {
    const version = await fileStore(folder).swap(KEY, undefined, 'first')
    const failing = fileStore(folder, {
      fileSystem: { ...nodeFileSystem, create: () => Promise.reject(Object.assign(new Error(code), { code })) },
    })
    await expect(failing.swap(KEY, version, 'second')).rejects.toMatchObject({
      code: 'store_unavailable',
      message: expect.stringContaining(code),
    })
    expect((await fileStore(folder).read(KEY))?.value).toBe('first')
  })

  it('a write that fails in its middle leaves what was kept, and no file', async () => {
    const version = await fileStore(folder).swap(KEY, undefined, 'first')
    const failing = fileStore(folder, {
      fileSystem: {
        ...nodeFileSystem,
        create: async (path, text) => {
          await nodeFileSystem.create(path, text.slice(0, 3), false)
          throw Object.assign(new Error('full'), { code: 'ENOSPC' })
        },
      },
    })
    await expect(failing.swap(KEY, version, 'second')).rejects.toMatchObject({ code: 'store_unavailable' })
    expect(await fileStore(folder).read(KEY)).toEqual({ version, value: 'first' })
    expect(readdirSync(folder)).toEqual([`${KEY}~1`])
  })
})

describe('encryption at rest', () => {
  it('leaves nothing of a value on the disk', async () => {
    await encryptedStore(fileStore(folder), A_KEY).swap(KEY, undefined, 'a-secret-refresh-token')
    const text = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
    expect(text.join('')).not.toContain('a-secret')
    expect(Buffer.from(text.join(''), 'base64').toString('latin1')).not.toContain('a-secret')
  })

  it('another key opens nothing, and says so without the value', async () => {
    await encryptedStore(fileStore(folder), A_KEY).swap(KEY, undefined, 'a-secret-refresh-token')
    const other = encryptedStore(fileStore(folder), Buffer.alloc(32, 8).toString('base64'))
    await expect(other.read(KEY)).rejects.toMatchObject({
      code: 'store_unavailable',
      message: expect.stringContaining('begin anew in another store'),
    })
  })

  it('a value does not open under another key of the store, and a changed one not at all', async () => {
    const files = fileStore(folder)
    const store = encryptedStore(files, A_KEY)
    await store.swap(KEY, undefined, 'mine')
    const sealed = (await files.read(KEY))?.value ?? ''
    await files.swap('other', undefined, sealed)
    await expect(store.read('other')).rejects.toMatchObject({ code: 'store_unavailable' })
    await files.swap('changed', undefined, `${sealed.slice(0, -6)}AAAAAA`)
    await expect(store.read('changed')).rejects.toMatchObject({ code: 'store_unavailable' })
  })

  it.each(['', 'short', Buffer.alloc(31).toString('base64'), 'ü'])('a key that is no 32 bytes in base64 is refused: "%s"', async (key) => {
    await expect(encryptedStore(memoryStore(), key).swap(KEY, undefined, 'x')).rejects.toMatchObject({ code: 'configuration' })
  })
})

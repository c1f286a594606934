import { once } from 'node:events'
import { chmodSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Finding } from '../../cli/finding.ts'
import { loadConfig } from '../../config/load-config.ts'
import { readTextFile } from '../../config/read-file.ts'
import type { DoorName } from '../../domain/tenant.ts'
import { openSqliteStore } from '../../store/sqlite/open.ts'
import { systemTime } from '../../system-clock.ts'
import { createSystemRandomness } from '../../system-randomness.ts'
import { initialise } from '../initialise.ts'
import { examineServer } from './examine-server.ts'

let folder: string
let dataDir: string
let databaseFile: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringkey-examine-test-'))
  dataDir = join(folder, 'ringkey-data')
  databaseFile = join(dataDir, 'ringkey.sqlite')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function load(variables: Record<string, string> = {}) {
  const environment = { RINGKEY_DATA_DIR: dataDir, RINGKEY_PORT: '0', ...variables }
  const loaded = loadConfig({ environment, flags: {}, readFile: readTextFile, workingDirectory: folder, cores: 2 })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.refusal))
  return loaded.value
}

async function make(): Promise<void> {
  const made = await initialise(load().config, { tenant: 'main', doors: ['smartflo' as DoorName] })
  expect(made).toMatchObject({ ok: true })
}

/** @returns what is wrong */
async function examine(variables: Record<string, string> = {}): Promise<readonly Finding[]> {
  return (await examineServer(load(variables))).filter(({ exit }) => exit !== undefined)
}

/**
 * Names, modes, times and contents of all that is there; but for an index, and an empty log: the package of SQLite lets go of a store that
 * was closed when it likes, and takes these away then.
 */
function snapshot(): unknown {
  return readdirSync(dataDir).flatMap((name) => {
    const { mode, mtimeMs, size } = lstatSync(join(dataDir, name))
    if (name.endsWith('-shm') || (name.endsWith('-wal') && size === 0)) return []
    return [name, mode, mtimeMs, readFileSync(join(dataDir, name)).toString('base64')]
  })
}

async function onStore(work: (store: Awaited<ReturnType<typeof openSqliteStore>>) => Promise<unknown>): Promise<void> {
  const store = await openSqliteStore({ path: databaseFile, randomness: createSystemRandomness() })
  try {
    await work(store)
  } finally {
    await store.close()
  }
}

describe('doctor --server', () => {
  it('finds nothing wrong with a server that was just made, and changes nothing', async () => {
    await make()
    const before = snapshot()
    const findings = await examineServer(load())
    expect(findings.map(({ check, exit }) => [check, exit])).toEqual(
      ['settings', 'data directory', 'disk', 'store', 'master key', 'clock', 'port', 'public address', 'text messages', 'letters'].map(
        (check) => [check, undefined],
      ),
    )
    expect(findings.find(({ check }) => check === 'master key')?.found).toMatch(/^It opens the store, and all [1-9]\d* keys in it\.$/)
    expect(snapshot()).toEqual(before)
    const key = readFileSync(join(dataDir, 'master.key'), 'utf8').trim()
    expect(JSON.stringify(findings)).not.toContain(key)
  })

  it('makes no file beside a store that no process has open', async () => {
    await make()
    for (const end of ['-wal', '-shm']) rmSync(`${databaseFile}${end}`, { force: true })
    const before = snapshot()
    expect(await examine()).toEqual([])
    expect(snapshot()).toEqual(before)
    expect(readdirSync(dataDir)).toEqual(['master.key', 'ringkey.sqlite'])
  })

  it('changes nothing either where another process has the store open', async () => {
    await make()
    await onStore(async (store) => {
      await store.beat(systemTime.wallMs())
      const before = snapshot()
      expect(await examine()).toEqual([])
      expect(snapshot()).toEqual(before)
    })
  })

  it('makes nothing where nothing is', async () => {
    expect(await examine()).toMatchObject([
      { check: 'data directory', remedy: expect.stringContaining('ringkey init') },
      { check: 'store', found: 'There is none.' },
    ])
    expect(readdirSync(folder)).toEqual([])
  })

  it.each([
    ['a directory that others may write to', () => chmodSync(dataDir, 0o770), 'data directory', /chmod 700/],
    ['a database that others may read', () => chmodSync(databaseFile, 0o644), 'files', /chmod 600/],
    ['a master key that is gone', () => rmSync(join(dataDir, 'master.key')), 'master key', /Put it back/],
    ['a database that is gone', () => rmSync(databaseFile), 'store', /ringkey init/],
    ['a database of another program', () => writeFileSync(databaseFile, 'x'.repeat(8192), { mode: 0o600 }), 'store', /Do what it says/],
    ['a log without its index', () => copyOfRunning(), 'store', /Do what it says/],
  ])('%s', async (_sentence, spoil, check, remedy) => {
    await make()
    spoil()
    expect(await examine()).toMatchObject([{ check, exit: 'configuration', remedy: expect.stringMatching(remedy) }])
  })

  function copyOfRunning(): void {
    for (const end of ['-shm', '-wal']) rmSync(`${databaseFile}${end}`, { force: true })
    writeFileSync(`${databaseFile}-wal`, 'x', { mode: 0o600 })
  }

  it('a master key that is another store’s', async () => {
    await make()
    const RINGKEY_MASTER_KEY = Buffer.alloc(32, 7).toString('base64url')
    const [finding, ...more] = await examine({ RINGKEY_MASTER_KEY })
    expect(finding).toMatchObject({ check: 'master key', found: 'It is not the one of this store.' })
    expect(more).toEqual([])
    expect(JSON.stringify(finding)).not.toContain(RINGKEY_MASTER_KEY)
  })

  it('a schema that is newer, and one that is older', async () => {
    await make()
    const { DatabaseSync } = await import('@photostructure/sqlite')
    const setSchema = (change: number) => {
      const database = new DatabaseSync(databaseFile)
      const { user_version: found } = database.prepare('pragma user_version').get() as { user_version: number }
      database.exec(`pragma user_version = ${found + change}; pragma wal_checkpoint(truncate)`)
      database.close()
    }
    setSchema(1)
    expect(await examine()).toMatchObject([{ check: 'store', remedy: expect.stringContaining('newer program') }])
    setSchema(-2)
    expect(await examine()).toEqual([])
    expect(await examineServer(load())).toContainEqual(expect.objectContaining({ check: 'store', remedy: 'Back it up before.' }))
  })

  it('a clock that is behind what the store has seen', async () => {
    await make()
    await onStore((store) => store.beat(systemTime.wallMs() + 3_600_000))
    expect(await examine()).toMatchObject([{ check: 'clock', found: expect.stringMatching(/^It is 3(?:600|59\d) s behind/) }])
  })

  it('text messages: the host, and no secret', async () => {
    await make()
    const findings = await examineServer(load({ RINGKEY_SMS_URL: 'https://sms.example/send', RINGKEY_SMS_SECRET: 'geheimgeheimgeheim' }))
    expect(findings.at(-2)).toEqual({ check: 'text messages', of: 'sms.example', found: expect.stringContaining('None was sent') })
    expect(JSON.stringify(findings)).not.toContain('geheim')
  })

  it('letters: the host, and neither user nor password', async () => {
    await make()
    const variables = { RINGKEY_MAIL_FROM: 'a@tokens.example', RINGKEY_MAIL_PASSWORD: 'geheim' }
    const findings = await examineServer(load({ RINGKEY_MAIL_URL: 'smtps://mailer@mail.example', ...variables }))
    expect(findings.at(-1)).toEqual({ check: 'letters', of: 'mail.example', found: expect.stringContaining('None was sent') })
    expect(JSON.stringify(findings)).not.toMatch(/geheim|mailer/)
  })
})

describe('doctor --server, of ports and addresses', () => {
  let site: Server
  let port: string
  let status = 200
  beforeEach(async () => {
    site = createServer((_request, response) => void response.writeHead(status).end()).listen(0, '127.0.0.1')
    await once(site, 'listening')
    port = String((site.address() as AddressInfo).port)
    await make()
  })
  afterEach(() => {
    site.closeAllConnections()
    site.close()
  })

  const beat = () => onStore((store) => store.beat(systemTime.wallMs()))

  it('a port that another program has', async () => {
    expect(await examine({ RINGKEY_PORT: port })).toMatchObject([
      { check: 'port', of: `127.0.0.1:${port}`, found: 'Another program has it.' },
    ])
  })

  it('a port that our server has, and that callers reach', async () => {
    await beat()
    status = 200
    expect(await examine({ RINGKEY_PORT: port })).toEqual([])
    const findings = await examineServer(load({ RINGKEY_PORT: port }))
    expect(findings).toContainEqual({ check: 'public address', of: `http://127.0.0.1:${port}`, found: 'It is answered there.' })
  })

  it('a public address at which somebody else answers, or nobody, is code 6', async () => {
    await beat()
    status = 404
    const publicUrl = { RINGKEY_PORT: port, RINGKEY_PUBLIC_URL: `http://127.0.0.1:${port}` }
    expect(await examine(publicUrl)).toMatchObject([{ check: 'public address', exit: 'networkOrTime', found: 'It answers 404 to /livez.' }])
    expect(await examine({ ...publicUrl, RINGKEY_PUBLIC_URL: 'http://127.0.0.1:1' })).toMatchObject([
      { check: 'public address', exit: 'networkOrTime', found: expect.stringContaining('Nobody answers') },
    ])
  })

  it('an address that this machine does not have', async () => {
    const variables = {
      RINGKEY_HOST: '192.0.2.1',
      RINGKEY_TRUSTED_PROXIES: '192.0.2.2',
      RINGKEY_PUBLIC_URL: 'https://id.example',
      RINGKEY_PORT: port,
    }
    expect(await examine(variables)).toMatchObject([{ check: 'port', remedy: 'Correct RINGKEY_HOST.' }])
  })
})

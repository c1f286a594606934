import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { doorCatalogue } from '../composition/open-house.ts'
import { issuerOf } from '../domain/tenant.ts'
import { findCollisions, frontDoors } from '../front-doors/registry.ts'
import { type EmptyHouse, openEmptyHouse } from '../testing/test-house.ts'
import type { UseCases } from '../use-cases/use-cases.ts'
import { runDemo } from './run-demo.ts'

vi.mock('@node-rs/argon2', () => import('../testing/quick-argon2.ts'))

let folder: string
let house: EmptyHouse
const publicUrl = new URL('http://127.0.0.1:8080')
const collide = (names: readonly string[]) => findCollisions(names).length > 0

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ringkey-demo-'))
  house = await openEmptyHouse({
    doors: doorCatalogue,
  })
})
afterEach(async () => {
  await house.store.close()
  rmSync(folder, { recursive: true })
})

function run(useCases: UseCases, doors = frontDoors, address = publicUrl): ReturnType<typeof runDemo> {
  const { randomness } = house
  return runDemo({ useCases, doors, collide, randomness, issuerOf: (tenant) => issuerOf(tenant, address), dataDir: folder })
}

function readDemo(): Record<string, { email: string; password: string; apiKey: string }> {
  return JSON.parse(readFileSync(join(folder, 'demo.json'), 'utf8'))
}

/** Use cases of a process that is cut off at its n-th change, before or after it is made. */
function cutOff(at: number, isMade: boolean): UseCases {
  let left = at
  const names = [
    'createTenant',
    'addDoor',
    'createOrganisation',
    'createAccount',
    'createApplication',
    'createApiKey',
    'setPassword',
    'setPhones',
  ] as const
  const cut = names.map((name) => {
    const verb: (request: never) => Promise<unknown> = house.useCases[name]
    return [
      name,
      async (request: never) => {
        left -= 1
        if (left === 0 && isMade) await verb(request)
        if (left <= 0) throw new Error('cut off')
        return verb(request)
      },
    ]
  })
  return { ...house.useCases, ...Object.fromEntries(cut) }
}

async function expectWorks(): Promise<void> {
  for (const [door, tenantName] of [
    ['smartflo', 'demo'],
    ['servetel', 'servetel'],
  ] as const) {
    const tenant = await house.useCases.findTenant({ name: tenantName })
    const settings = readDemo()[door]
    if (tenant === undefined || settings === undefined) throw new Error(`there is no demo of ${door}`)
    const caller = { address: '127.0.0.1', requestId: 'req' }
    const { email: login, password, apiKey } = settings
    const signedIn = await house.useCases.signIn({ tenant, client: { kind: 'door', door }, login, password, caller })
    if (!signedIn.ok) throw new Error(signedIn.refusal.code)
    const client = { kind: 'api_key', apiKey } as const
    expect(await house.useCases.introspectToken({ tenant, client, token: signedIn.value.accessToken, caller })).toMatchObject({
      value: { kind: 'session' },
    })
  }
}

describe('the demo', () => {
  it('is set up once: a second run prints the same, and changes nothing', async () => {
    const first = await run(house.useCases)
    await expectWorks()
    const written = readFileSync(join(folder, 'demo.json'), 'utf8')
    const changes = async () =>
      house.store.auditTrail.list({ max: 1000 }).then((rows) => rows.filter(({ actor }) => actor === 'operator').length)
    const made = await changes()
    expect(await run(house.useCases)).toEqual(first)
    expect(readFileSync(join(folder, 'demo.json'), 'utf8')).toBe(written)
    expect(await changes()).toBe(made)
    await expectWorks()
  })

  it('begins with the address of its front page, and tells that page what it has made', async () => {
    const { announcement, settings, tenants } = await run(house.useCases)
    expect(announcement.split('\n')[0]).toBe('Open http://127.0.0.1:8080/ in a browser to try every door.')
    expect(settings).toEqual(readDemo())
    expect(tenants.map(({ name, baseUrl }) => [name, baseUrl])).toEqual([
      ['demo', 'http://127.0.0.1:8080'],
      ['servetel', 'http://127.0.0.1:8080/t/servetel'],
    ])
  })

  it('at another address sends browsers to that and to the one before, and keeps all else', async () => {
    const { settings: before } = await run(house.useCases)
    const { settings: after } = await run(house.useCases, frontDoors, new URL('http://127.0.0.1:9090'))
    expect(after.idm).toEqual({ ...before.idm, baseUrl: 'http://127.0.0.1:9090', redirectUri: 'http://127.0.0.1:9090/try/idm' })
    expect(after.vpaas).toEqual({ ...before.vpaas, baseUrl: 'http://127.0.0.1:9090' })
    const listed = await house.useCases.list.applications('demo')
    const app = listed.ok ? listed.value.find(({ clientId }) => clientId === 'idm-demo-app') : undefined
    expect(app?.pageSignIn.redirectUris).toEqual(['http://127.0.0.1:9090/try/idm', before.idm?.redirectUri])
  })

  it.each([false, true])('that was cut off at any of its changes (made: %s) is completed by the next run', async (isMade) => {
    let cuts = 0
    for (;;) {
      const wasCut = await run(cutOff(cuts + 1, isMade)).then(
        () => false,
        () => true,
      )
      if (!wasCut) break
      cuts += 1
      if (cuts > 50) throw new Error('the demo is never done')
    }
    await expectWorks()
    expect(cuts, 'tenant, organisation, door, account, application and API key of each of two').toBeGreaterThanOrEqual(8)
  })

  it('gets the doors of a newer program beside those that it has', async () => {
    await run(
      house.useCases,
      frontDoors.filter(({ name }) => name !== 'servetel'),
    )
    const before = readDemo()
    expect(Object.keys(before)).toEqual(['idm', 'vpaas', 'voipex', 'smartflo', 'checking'])
    await run(house.useCases)
    expect(readDemo().smartflo).toEqual(before.smartflo)
    await expectWorks()
  })
})

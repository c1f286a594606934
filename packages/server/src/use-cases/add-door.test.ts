import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTestServer, type TestAccount, type TestServer } from '../testing/start-test-server.ts'
import { PLAIN_ACCOUNT } from '../testing/test-house.ts'

let server: TestServer
beforeEach(async () => {
  server = await startTestServer()
})
afterEach(() => server.stop())

const login = ({ baseUrl, email, password }: TestAccount, at = baseUrl) =>
  fetch(`${at}/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  })

describe('opening one more door of a tenant', () => {
  it('lets people sign in there at once, and a second time changes nothing', async () => {
    const { useCases, baseUrl, smartflo } = server
    await useCases.createTenant({ name: 'plain', hostNames: [], doors: [], isDefault: false })
    expect((await login(smartflo, `${baseUrl}/t/plain`)).status).toBe(404)
    const added = await useCases.addDoor({ tenant: 'plain', door: 'servetel' })
    expect(added).toMatchObject({ ok: true, value: { doors: ['servetel'] } })
    await useCases.createOrganisation({ tenant: 'plain', name: 'Org' })
    const { email, password } = smartflo
    await useCases.createAccount({ ...PLAIN_ACCOUNT, tenant: 'plain', organisation: 'Org', loginIds: [email], password })
    expect((await login(smartflo, `${baseUrl}/t/plain`)).status).toBe(200)
    expect(await useCases.addDoor({ tenant: 'plain', door: 'servetel' })).toMatchObject({ ok: true, value: { doors: ['servetel'] } })
    const audit = await useCases.list.audit({ tenant: 'plain', max: 100 })
    expect(audit.ok && audit.value.filter(({ action }) => action === 'tenant.door_opened')).toHaveLength(1)
  })

  it('is refused for a door that does not exist, or that would share a path', async () => {
    const { useCases } = server
    expect(await useCases.addDoor({ tenant: 'demo', door: 'nowhere' })).toEqual({ ok: false, refusal: { code: 'door_unknown' } })
    expect(await useCases.addDoor({ tenant: 'demo', door: 'servetel' })).toEqual({ ok: false, refusal: { code: 'doors_collide' } })
    expect(await useCases.addDoor({ tenant: 'nobody', door: 'servetel' })).toEqual({ ok: false, refusal: { code: 'tenant_not_found' } })
  })
})

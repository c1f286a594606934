import { afterEach, beforeEach, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../testing/start-test-server.ts'
import { valueFrom } from '../testing/test-house.ts'

let server: TestServer
beforeEach(async () => {
  server = await startTestServer()
})
afterEach(() => server.stop())

async function anOrganisationsApplication() {
  const { useCases } = server
  valueFrom(await useCases.createOrganisation({ tenant: 'demo', name: 'Customer' }))
  const made = await useCases.createApplication({
    tenant: 'demo',
    organisation: 'Customer',
    clientId: 'customer-app',
    name: 'Customer app',
    door: 'smartflo',
    type: 'confidential',
    checks: 'tenant',
  })
  const { apiKey } = valueFrom(await useCases.createApiKey({ tenant: 'demo', clientId: 'customer-app', name: 'one' }))
  return { apiKey, secret: valueFrom(made).secret ?? '' }
}

it('an application is as good as unknown while the organisation whose it is is disabled, and good again afterwards', async () => {
  const { apiKey, secret } = await anOrganisationsApplication()
  const ask = async (headers: Record<string, string>) => {
    const body = new URLSearchParams({ token: 'x' })
    return (await fetch(`${server.baseUrl}/oauth2/introspect`, { method: 'POST', headers, body })).status
  }
  const ways = [{ apikey: apiKey }, { authorization: `Basic ${Buffer.from(`customer-app:${secret}`).toString('base64')}` }]
  const organisation = { noun: 'organisation', tenant: 'demo', organisation: 'Customer' } as const
  for (const headers of ways) expect(await ask(headers)).toBe(200)
  await server.useCases.setEnabled(organisation, false)
  for (const headers of ways) expect(await ask(headers)).toBe(401)
  await server.useCases.setEnabled(organisation, true)
  for (const headers of ways) expect(await ask(headers)).toBe(200)
})

import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { DemoKit } from '../front-doors/door-demo.ts'
import { createSeededRandomness } from '../testing/seeded-randomness.ts'
import { openTestHouse, type TestHouse, valueFrom } from '../testing/test-house.ts'
import { createDemoKit, DEMO_ORGANISATION } from './demo-kit.ts'

vi.mock('@node-rs/argon2', () => import('../testing/quick-argon2.ts'))

let house: TestHouse
let kit: DemoKit
beforeEach(async () => {
  house = await openTestHouse()
  valueFrom(await house.useCases.createOrganisation({ tenant: 'acme', name: DEMO_ORGANISATION }))
  kit = createDemoKit({
    useCases: house.useCases,
    tenant: 'acme',
    door: 'device',
    baseUrl: 'http://127.0.0.1:8080',
    randomness: createSeededRandomness('demo'),
  })
})
afterEach(() => house.close())

const accounts = async () => valueFrom(await house.useCases.list.accounts('acme'))

it('a demo gets an account that may nothing, unless it asks for more', async () => {
  const { password } = await kit.account('ann')
  expect(await accounts()).toMatchObject([{ loginIds: ['ann'], name: undefined, roles: [], mayImpersonate: false }])
  valueFrom(await house.signIn('device', { login: 'ann', password }))
})

it('a demo gets an account with a name, roles, the right to impersonate and more than one login id', async () => {
  const more = { name: 'Olga', roles: ['agent', 'pbx/operator'], mayImpersonate: true }
  const { password } = await kit.account('olga', { loginIds: ['olga@demo.example'], ...more })
  expect(await accounts()).toMatchObject([{ loginIds: ['olga', 'olga@demo.example'], ...more }])
  valueFrom(await house.signIn('device', { login: 'olga@demo.example', password }))
})

it('an account that is there already gets a new password, and keeps its name and its rights', async () => {
  await kit.account('olga', { name: 'Olga', roles: ['agent'], mayImpersonate: true })
  const { password } = await kit.account('olga', { name: 'Olga', roles: ['agent'], mayImpersonate: true })
  expect(await accounts()).toMatchObject([{ loginIds: ['olga'], name: 'Olga', roles: ['agent'], mayImpersonate: true }])
  valueFrom(await house.signIn('device', { login: 'olga', password }))
})

it('a demo gets an application that may send passwords only if it asks for one', async () => {
  await kit.application({ clientId: 'plain', door: 'device' })
  await kit.application({ clientId: 'portal', door: 'device', passwordGrant: true })
  const made = valueFrom(await house.useCases.list.applications('acme')).map(({ clientId, passwordGrant }) => [clientId, passwordGrant])
  expect(made).toContainEqual(['plain', false])
  expect(made).toContainEqual(['portal', true])
})

it('an application that is there already gets the addresses that a demo asks for, and keeps all else', async () => {
  const ask = (port: number) =>
    kit.application({ clientId: 'web', door: 'device', name: 'Web', redirectUris: [`http://127.0.0.1:${port}/`] })
  await ask(8080)
  await ask(9090)
  const made = valueFrom(await house.useCases.list.applications('acme')).find(({ clientId }) => clientId === 'web')
  expect(made).toMatchObject({ name: 'Web', pageSignIn: { redirectUris: ['http://127.0.0.1:9090/'] } })
})

import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { anAccountAt, openTestHouse, refreshTokenOf, type TestHouse, valueFrom } from '../testing/test-house.ts'
import type { NewApplication } from './use-cases.ts'

vi.mock('@node-rs/argon2', () => import('../testing/quick-argon2.ts'))

let house: TestHouse
beforeEach(async () => {
  house = await openTestHouse()
})
afterEach(() => house.close())

const PORTAL: NewApplication = {
  tenant: 'acme',
  clientId: 'portal',
  name: 'Portal',
  door: 'device',
}

async function isAllowed(clientId: string): Promise<boolean | undefined> {
  return valueFrom(await house.useCases.list.applications('acme')).find((application) => application.clientId === clientId)?.passwordGrant
}

it.each([true, false])('an application is made with the password grant that was asked for (%s)', async (passwordGrant) => {
  const { application } = valueFrom(await house.useCases.createApplication({ ...PORTAL, passwordGrant }))
  expect(application.passwordGrant).toBe(passwordGrant)
  expect(await isAllowed('portal')).toBe(passwordGrant)
  const [row] = (await house.store.auditTrail.list({ max: 9 })).filter(({ action }) => action === 'application.created')
  expect(row?.details).toMatchObject({ clientId: 'portal', passwordGrant })
})

it('the application of a door’s sign-ins, which name no client, is made without it', async () => {
  expect(await isAllowed('device')).toBe(false)
})

it('the password grant is switched on and off, written down as a warning, and sessions go on', async () => {
  const { application } = valueFrom(await house.useCases.createApplication(PORTAL))
  const tokens = valueFrom(await house.signIn('device', await anAccountAt(house, 'ann')))
  for (const allowed of [true, false]) {
    expect(await house.useCases.setPasswordGrant({ tenant: 'acme', clientId: 'portal', allowed })).toEqual({
      ok: true,
      value: { ...application, passwordGrant: allowed },
    })
    expect(await isAllowed('portal')).toBe(allowed)
    const [row] = await house.store.auditTrail.list({ max: 1 })
    expect(row).toMatchObject({
      action: 'application.password_grant_set',
      actor: 'operator',
      subject: application.id,
      details: { allowed },
    })
    expect(house.events.at(-1)).toMatchObject({ name: 'application.password_grant_set', level: 'warn', fields: { allowed } })
  }
  valueFrom(await house.useCases.setPasswordGrant({ tenant: 'acme', clientId: 'device', allowed: true }))
  valueFrom(await house.refresh('device', refreshTokenOf(tokens)))
})

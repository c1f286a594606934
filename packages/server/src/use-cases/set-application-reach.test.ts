import { afterEach, beforeEach, expect, it } from 'vitest'
import { anAccountAt, openTestHouse, type TestHouse, valueFrom } from '../testing/test-house.ts'

let house: TestHouse
beforeEach(async () => {
  house = await openTestHouse()
})
afterEach(() => house.close())

const passes = async (token: string, requiredScope: string, requiredAudience?: string) =>
  (await house.useCases.authorizeCall({ tenant: house.tenant, token, requiredScope, requiredAudience })).ok
const setReach = (clientId: string, scope: string | undefined, audience?: readonly string[], webOrigins?: readonly string[]) =>
  house.useCases.setApplicationReach({ tenant: house.tenant.name, clientId, scope, audience, webOrigins })

it('a token that states no scope and no audience has those of its application, as they are at the moment', async () => {
  const { accessToken } = valueFrom(await house.signIn('bearer', await anAccountAt(house, 'bearer')))
  expect(await passes(accessToken, 'calls:read')).toBe(true)
  valueFrom(await setReach('bearer', 'calls:write reports', ['https://api.example']))
  expect(await passes(accessToken, 'calls:read')).toBe(false)
  expect(await passes(accessToken, 'reports', 'https://api.example')).toBe(true)
  valueFrom(await setReach('bearer', 'reports'))
  expect(await passes(accessToken, 'reports', 'https://api.example'), 'an audience that is not named stays').toBe(true)
  valueFrom(await setReach('bearer', undefined, []))
  expect(await passes(accessToken, 'reports')).toBe(true)
  expect(await passes(accessToken, 'reports', 'https://api.example')).toBe(false)
})

it('S44: a scope that is taken from an application is taken from tokens that state it, and none is added to these', async () => {
  const { accessToken } = valueFrom(await house.signIn('device', await anAccountAt(house, 'device')))
  valueFrom(await setReach('device', 'calls:read more'))
  expect(await passes(accessToken, 'calls:read')).toBe(true)
  expect(await passes(accessToken, 'calls:write')).toBe(false)
  expect(await passes(accessToken, 'more')).toBe(false)
})

it('refuses what is no scope, and an application that does not exist', async () => {
  expect(await setReach('bearer', 'a"b')).toEqual({ ok: false, refusal: { code: 'scope_malformed' } })
  expect(await setReach('nobody', 'a')).toEqual({ ok: false, refusal: { code: 'application_not_found' } })
})

it('S96: pages may call for an application from the origins that were named for it, while it is enabled', async () => {
  const allows = (origin: string, clientId?: string) => house.useCases.allowsOrigin({ tenant: house.tenant, origin, clientId })
  expect(await allows('https://app.example')).toBe(false)
  const set = valueFrom(await setReach('device', undefined, undefined, ['https://app.example', 'http://localhost:5173']))
  expect(set.webOrigins).toEqual(['https://app.example', 'http://localhost:5173'])
  expect([await allows('https://app.example'), await allows('https://app.example', 'device')]).toEqual([true, true])
  expect([await allows('https://app.example', 'bearer'), await allows('https://app.example.evil'), await allows('null')]).toEqual([
    false,
    false,
    false,
  ])
  valueFrom(await setReach('device', 'calls:read'))
  expect(await allows('http://localhost:5173', 'device'), 'what is left out stays').toBe(true)
  valueFrom(await house.useCases.setEnabled({ noun: 'application', tenant: 'acme', clientId: 'device' }, false))
  expect(await allows('https://app.example')).toBe(false)
  valueFrom(await house.useCases.setEnabled({ noun: 'application', tenant: 'acme', clientId: 'device' }, true))
  valueFrom(await setReach('device', undefined, undefined, []))
  expect(await allows('https://app.example')).toBe(false)
  for (const origin of ['*', 'null', 'https://app.example/']) {
    expect(await setReach('device', undefined, undefined, [origin])).toEqual({ ok: false, refusal: { code: 'web_origin_invalid' } })
  }
})

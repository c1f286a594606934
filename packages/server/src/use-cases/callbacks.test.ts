import { expect, it } from 'vitest'
import type { Tenant } from '../domain/tenant.ts'
import { createCallbacks } from './callbacks.ts'

const callbacks = createCallbacks(
  { callbackPathOf: (door) => (door === 'platform' ? '/back' : undefined) },
  ({ name }) => `https://tokens.example/t/${name}`,
)
const tenantOf = (name: string, doors: readonly string[]) => ({ name, doors }) as Tenant // all that is looked at
const acme = tenantOf('acme', ['page', 'platform'])

it("a callback is its tenant's address and its door's path, and known again as text", () => {
  const address = 'https://tokens.example/t/acme/back'
  expect(callbacks.of(acme, 'platform')).toBe(address)
  expect(callbacks.doorOf(acme, address)).toBe('platform')
  const strange = [
    `${address}/`,
    `${address}?x=1`,
    '/back',
    'https://evil.example/back',
    'https://tokens.example/back',
    'https://tokens.example/t/acme/undefined',
    address.toUpperCase(),
    '',
  ]
  for (const one of strange) expect(callbacks.doorOf(acme, one), one).toBeUndefined()
})

it("is no other tenant's, nor that of a tenant without the door", () => {
  expect(callbacks.doorOf(tenantOf('other', ['platform']), callbacks.of(acme, 'platform'))).toBeUndefined()
  expect(callbacks.doorOf(tenantOf('acme', ['page']), callbacks.of(acme, 'platform'))).toBeUndefined()
})

it('of a door that sends nobody away is a bug', () => {
  expect(() => callbacks.of(acme, 'page')).toThrow('the door page has no path')
})

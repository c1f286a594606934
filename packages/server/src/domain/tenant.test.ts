import { describe, expect, it } from 'vitest'
import { issuerOf, isTenantName } from './tenant.ts'

describe('isTenantName', () => {
  it.each(['demo', 'a', 'a-1', '0', 'a'.repeat(63)])('takes %j', (name) => {
    expect(isTenantName(name)).toBe(true)
  })

  it.each(['', '-a', 'a-', 'A', 'a_b', 'a.b', 'a/b', '..', 'a b', 'demo\n', 'ä', 'a'.repeat(64)])('refuses %j', (name) => {
    expect(isTenantName(name)).toBe(false)
  })
})

describe('issuerOf', () => {
  const acme = { name: 'acme', hostNames: [], isDefault: false }
  it.each([
    ['https://tokens.example', acme, 'https://tokens.example/t/acme'],
    ['https://tokens.example/', acme, 'https://tokens.example/t/acme'],
    ['https://tokens.example/auth/', acme, 'https://tokens.example/auth/t/acme'],
    ['https://tokens.example', { ...acme, isDefault: true }, 'https://tokens.example'],
    ['http://127.0.0.1:8080', { ...acme, isDefault: true }, 'http://127.0.0.1:8080'],
    ['https://tokens.example', { ...acme, hostNames: ['login.acme.example', 'x.example'] }, 'https://login.acme.example'],
    ['https://tokens.example:8443', { ...acme, hostNames: ['login.acme.example'] }, 'https://login.acme.example:8443'],
    ['https://tokens.example:443', acme, 'https://tokens.example/t/acme'],
  ])('under %s, of %o is %s', (publicUrl, tenant, issuer) => {
    expect(issuerOf(tenant, new URL(publicUrl))).toBe(issuer)
  })
})

import { expect, it } from 'vitest'
import { refuse } from '../domain/outcome.ts'
import type { Tenant } from '../domain/tenant.ts'
import { createBuiltInProvider } from './built-in.ts'

const provider = createBuiltInProvider({
  issuerOf: ({ name }) => `https://tokens.example/t/${name}`,
  paths: { authorize: '/oauth2/auth', account: '/account' },
  redeem: async () => refuse({ code: 'code_refused' }),
})
const tenant = { name: 'acme' } as Tenant // its name is all that is looked at

it('an address of the page holds each parameter once, whatever is in it', () => {
  const location = provider.authorizationUrl({
    tenant,
    clientId: 'an app&prompt=none#+%',
    callback: 'https://tokens.example/t/acme/back?x=1&y',
    state: 'a=b&redirect_uri=https://evil.example/+ü',
  })
  expect(location).toMatch(/^https:\/\/tokens\.example\/t\/acme\/oauth2\/auth\?[^#? ]*$/)
  expect([...new URL(location).searchParams]).toEqual([
    ['prompt', 'x-no-sso'],
    ['response_type', 'code'],
    ['scope', 'offline_access smarthub'],
    ['client_id', 'an app&prompt=none#+%'],
    ['redirect_uri', 'https://tokens.example/t/acme/back?x=1&y'],
    ['state', 'a=b&redirect_uri=https://evil.example/+ü'],
  ])
})

it("people see what is kept of them at their tenant's own page", () => {
  expect(provider.personalDataUrl(tenant)).toBe('https://tokens.example/t/acme/account')
})

import { expect, it } from 'vitest'
import { isFromOwnPage } from './same-site.ts'

const HOST = 'tokens.example:8443'
const SELF = 'https://tokens.example:8443'

it.each([
  ['a browser, from our page', { 'sec-fetch-site': 'same-origin', origin: SELF }],
  ['a browser, from our page that tells nobody where it was', { 'sec-fetch-site': 'same-origin', origin: 'null' }],
  ['a browser that says no origin', { 'sec-fetch-site': 'same-origin' }],
  ['an older browser', { origin: SELF }],
  ['a host in capitals', { origin: SELF, host: 'Tokens.Example:8443' }],
  ['a program', {}],
])('a form may have come from an own page: %s', (_what, headers) => {
  expect(isFromOwnPage({ headers: { host: HOST, ...headers } })).toBe(true)
})

it.each([
  ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
  ['another site that hides', { 'sec-fetch-site': 'cross-site', origin: 'null' }],
  ['another site that says no origin', { 'sec-fetch-site': 'cross-site' }],
  ['another site, by its own word one of ours', { 'sec-fetch-site': 'cross-site', origin: SELF }],
  ['a neighbour', { 'sec-fetch-site': 'same-site', origin: 'https://www.tokens.example' }],
  ['a neighbour that says no origin', { 'sec-fetch-site': 'same-site' }],
  ['nobody that is known', { 'sec-fetch-site': 'none' }],
  ['an unknown word', { 'sec-fetch-site': 'Same-Origin' }],
  ['an older browser, another site', { origin: 'https://evil.example' }],
  ['an older browser, a hidden site', { origin: 'null' }],
  ['another port', { origin: 'https://tokens.example' }],
  ['a longer host', { origin: 'https://nottokens.example:8443' }],
  ['a host that begins alike', { origin: 'https://tokens.example:8443.evil.example' }],
  ['a contradiction', { 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' }],
  ['an origin that is none', { origin: 'tokens.example:8443' }],
  ['an origin that cannot be read', { origin: 'https://' }],
  ['an origin without a host of ours', { origin: SELF, host: undefined }],
])('a form is not from an own page: %s', (_what, headers) => {
  expect(isFromOwnPage({ headers: { host: HOST, ...headers } })).toBe(false)
})

import { describe, expect, test, vi } from 'vitest'
import { isFromOwnPage } from './same-site.ts'

const HOST = 'tokens.example:8443'
const OWN = `https://${HOST}`
const isOwn = (headers: Readonly<Record<string, string>>) => isFromOwnPage({ headers: { host: HOST, ...headers } })

test('an origin of which Node says wrongly that it can be parsed is another one', () => {
  const canParse = vi.spyOn(URL, 'canParse').mockReturnValue(true)
  expect(isOwn({ origin: 'https://\u0085elsewhere.example' })).toBe(false)
  canParse.mockRestore()
})

describe('a form', () => {
  test.each([
    ['a browser with our policy sends', { origin: 'null', 'sec-fetch-site': 'same-origin' }],
    ['a browser says to be of this origin', { origin: OWN, 'sec-fetch-site': 'same-origin' }],
    ['an old browser says to be of this origin', { origin: OWN }],
    ['comes by another name of letters', { origin: OWN, host: HOST.toUpperCase() }],
    ['a program sends, that says nothing', {}],
  ])('that %s is taken', (_what, headers) => {
    expect(isOwn(headers)).toBe(true)
  })

  test.each([
    [{ origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    [{ origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' }],
    [{ origin: 'https://evil.example' }],
    [{ origin: 'null' }],
    [{ origin: 'null', 'sec-fetch-site': 'cross-site' }],
    [{ origin: 'null', 'sec-fetch-site': 'same-site' }],
    [{ origin: OWN, 'sec-fetch-site': 'same-site' }],
    [{ 'sec-fetch-site': 'none' }],
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-origin, cross-site' }],
    [{ 'sec-fetch-site': '' }],
    [{ origin: '' }],
    [{ origin: 'https://tokens.example' }],
    [{ origin: 'https://tokens.example:8443.evil.example' }],
    [{ origin: 'https://evil.example/tokens.example:8443' }],
    [{ origin: 'https://tokens.example:8443, https://evil.example' }],
    [{ origin: 'junk' }],
  ])('with %j is another site’s', (headers) => {
    expect(isOwn(headers)).toBe(false)
  })
})

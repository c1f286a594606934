import { expect, it } from 'vitest'
import { readQuery } from './query.ts'

const read = (url: string) => readQuery({ url }, ['code', 'state'])

it('has what was asked for, each parameter decoded, and nothing else', () => {
  expect(read('/x?code=a%26b+c&other=1&state=%C3%BC')).toEqual({ code: 'a&b c', state: 'ü' })
  expect(read('/x?code=a?state=b')).toEqual({ code: 'a?state=b', state: undefined })
})

it('an empty parameter is as if it were not there', () => {
  for (const url of ['/x', '/x?', '/x?code=&state', '/x?&']) expect(read(url)).toEqual({ code: undefined, state: undefined })
})

it('what cannot be read, or comes twice, is refused', () => {
  for (const url of ['/x?code=%', '/x?code=%ff', '/x?=a', `/x?${'a&'.repeat(101)}`])
    expect(() => read(url), url).toThrow(expect.objectContaining({ code: 'bad_request' }))
  for (const url of ['/x?code=a&code=b', '/x?code=a&code=', '/x?c%6fde=a&code=a', '/x?other=1&other=2'])
    expect(() => read(url), url).toThrow(expect.objectContaining({ code: 'repeated_parameter' }))
})

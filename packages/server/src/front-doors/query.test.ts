import { describe, expect, test } from 'vitest'
import { readQuery } from './query.ts'

const read = (query: string) => readQuery({ url: `/path${query}` }, ['state', 'code'])

describe('the parameters of an address', () => {
  test('are those that a route looks at; others are passed over', () => {
    expect(read('?state=a+b%20c&other=1&__proto__=2')).toEqual({ state: 'a b c', code: undefined })
  })

  test.each(['', '?', '?state=', '?state', '?&&', '?STATE=a'])('are not there in "%s"', (query) => {
    expect(read(query)).toEqual({ state: undefined, code: undefined })
  })

  test.each(['?state=a&state=b', '?state=a&state=a', '?state=&state=a', '?state=a&st%61te=b', '?other=a&other=b'])(
    'are refused where one comes twice: %s',
    (query) => {
      expect(() => read(query)).toThrow(expect.objectContaining({ code: 'repeated_parameter' }))
    },
  )

  test.each(['?state=%', '?state=%zz', '?state=%ff', '?%zz=a', '?=a', `?${Array.from({ length: 101 }, (_, i) => `p${i}=`).join('&')}`])(
    'are refused where they cannot be read: %.30s',
    (query) => {
      expect(() => read(query)).toThrow(expect.objectContaining({ code: 'bad_request' }))
    },
  )

  test('begin at the first question mark', () => {
    expect(read('?state=a?code=b')).toEqual({ state: 'a?code=b', code: undefined })
  })
})

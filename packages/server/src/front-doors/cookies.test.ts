import { describe, expect, test } from 'vitest'
import { cookieOf } from './cookies.ts'

const NAME = '__Host-session-demo'
const read = (cookie: string | undefined) => cookieOf({ headers: { cookie } }, NAME)

describe('a cookie of ours', () => {
  test('is found among 40 others', () => {
    const others = Array.from({ length: 40 }, (_, index) => `other-${index}=${'x'.repeat(50)}`)
    expect(read([...others.slice(0, 20), `${NAME}=good`, ...others.slice(20)].join('; '))).toBe('good')
  })

  test('that comes twice is as good as none, for a neighbour has set the other', () => {
    expect(read(`${NAME}=good; ${NAME}=good`)).toBeUndefined()
    expect(read(`${NAME}=good; a=b; ${NAME}=bad`)).toBeUndefined()
    expect(read(`${NAME}=good; ${NAME}=`)).toBeUndefined()
  })

  test.each([
    undefined,
    '',
    ';;;',
    '=',
    `=${NAME}`,
    NAME,
    `${NAME}=`,
    `${NAME}="quoted"`,
    `${NAME}=a b`,
    `${NAME}=a,b`,
    `${NAME}=ä`,
    `${NAME}=a%20b`,
    `${NAME}=a\u0000`,
    `${NAME}=${'x'.repeat(4097)}`,
    `${NAME.toLowerCase()}=good`,
    `x${NAME}=good`,
    `a=${NAME}=good`,
    `${NAME}-b=good`,
  ])('is none in %.60j', (cookie) => {
    expect(read(cookie)).toBeUndefined()
  })

  test.each([`${NAME}=good`, ` ${NAME} = good ;`, `;${NAME}=good;`, `a; ${NAME}=good`, `a=b=c;${NAME}=good`])('is read in %j', (cookie) => {
    expect(read(cookie)).toBe('good')
  })

  test('has at most 4096 characters', () => {
    expect(read(`${NAME}=${'x'.repeat(4096)}`)).toHaveLength(4096)
  })
})

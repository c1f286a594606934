import Fastify from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clearCookie, cookieOf, setCookie } from './cookies.ts'

const NAME = '__Host-sign-in-A'
const of = (cookie?: string) => cookieOf({ headers: cookie === undefined ? {} : { cookie } }, NAME)

describe('a cookie that comes', () => {
  it('is found by its whole name, wherever it stands', () => {
    expect(of(`${NAME}=value`)).toBe('value')
    expect(of(`a=1; ${NAME}=va-l_u.e; b=2`)).toBe('va-l_u.e')
    expect(of(`a=1;${NAME}=${'x'.repeat(4096)}`)).toBe('x'.repeat(4096))
    for (const other of [`x${NAME}=v`, `${NAME}x=v`, `${NAME.toLowerCase()}=v`, `a=${NAME}=v`, `b="; x${NAME}=v"`, NAME, `=${NAME}`, ''])
      expect(of(other), other).toBeUndefined()
    expect(of()).toBeUndefined()
  })

  it('twice is as good as none: a neighbour has set the other', () => {
    expect(of(`${NAME}=one; ${NAME}=two`)).toBeUndefined()
    expect(of(`${NAME}=one; ${NAME}=one`)).toBeUndefined()
    expect(of(`${NAME}=one; ${NAME}=`)).toBeUndefined()
  })

  it('has no character and no length that none of ours has', () => {
    for (const value of ['', '"v"', 'a b', 'a=b', 'a,b', 'ä', 'a%20', 'a\\b', 'x'.repeat(4097)])
      expect(of(`${NAME}=${value}`), value).toBeUndefined()
  })
})

describe('a cookie that goes', () => {
  const app = Fastify()
  beforeEach(() => app.ready())
  afterEach(() => app.close())
  app.get('/set', async (_request, reply) => setCookie(reply, NAME, 'value', 600))
  app.get('/clear', async (_request, reply) => clearCookie(reply, NAME))

  it('is for this host, TLS and no script, and for no form of another site', async () => {
    const attributes = 'Path=/; Secure; HttpOnly; SameSite=Lax'
    const { headers: set } = await app.inject('/set')
    expect(set['set-cookie']).toBe(`${NAME}=value; ${attributes}; Max-Age=600`)
    const { headers: cleared } = await app.inject('/clear')
    expect(cleared['set-cookie']).toBe(`${NAME}=; ${attributes}; Max-Age=0`)
  })
})

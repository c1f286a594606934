/** The requests of the comparison. Both servers answer the same ones, so that neither has less to parse. */
import { writeRequest } from './connection.ts'

export const PATHS = { login: '/v1/auth/login', refresh: '/v1/auth/refresh', introspect: '/oauth2/introspect' } as const

export const PASSWORD = 'correct horse battery staple'

export function writeLogin(email: string): string {
  return writeRequest(PATHS.login, { 'content-type': 'application/json' }, JSON.stringify({ email, password: PASSWORD }))
}

export function writeRefresh(token: string): string {
  return writeRequest(PATHS.refresh, { authorization: `Bearer ${token}` })
}

export function writeIntrospection(token: string, apiKey: string): string {
  return writeRequest(PATHS.introspect, { apikey: apiKey, 'content-type': 'application/x-www-form-urlencoded' }, `token=${token}`)
}

/** The token in the answer of a login or a refresh. */
export function readToken(body: string): string {
  const { access_token: token } = JSON.parse(body)
  if (typeof token !== 'string') throw new Error(`no token: ${body}`)
  return token
}

export function expectActive(body: string): void {
  if (!body.startsWith('{"active":true,')) throw new Error(`not active: ${body}`)
}

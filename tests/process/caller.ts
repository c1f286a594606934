/** A program that calls a server, with connections of its own that it keeps open. It does not know what is right. */
import { type IncomingHttpHeaders, Agent as PlainAgent, request as plainRequest } from 'node:http'
import { Agent as TlsAgent, request as tlsRequest } from 'node:https'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

export interface CallOptions {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface Caller {
  /** Rejects if the connection breaks before the answer is whole. */
  call(path: string, options?: CallOptions): Promise<Answer>
  signIn(credentials: { readonly email: string; readonly password: string }, headers?: Readonly<Record<string, string>>): Promise<Answer>
  refresh(token: string): Promise<Answer>
  signOut(token: string): Promise<Answer>
  verify(token: string): Promise<Answer>
  introspect(apiKey: string, token: string): Promise<Answer>
  close(): void
}

/** @param baseUrl of a tenant with a door of the Smartflo family @param ca a certificate to be trusted */
export function createCaller(baseUrl: string, ca?: string): Caller {
  const isTls = baseUrl.startsWith('https:')
  const agent = isTls ? new TlsAgent({ keepAlive: true, ca }) : new PlainAgent({ keepAlive: true })
  const send = isTls ? tlsRequest : plainRequest

  const call: Caller['call'] = (path, { method = 'GET', headers = {}, body } = {}) =>
    new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
      const request = send(`${baseUrl}${path}`, { method, headers: { ...headers, ...length }, agent }, (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => (text += chunk))
        response.on('error', reject)
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
      })
      request.on('error', reject)
      request.end(body)
    })

  return {
    call,
    signIn: (credentials, headers = {}) =>
      call('/v1/auth/login', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(credentials),
      }),
    refresh: (token) => call('/v1/auth/refresh', { method: 'POST', headers: { authorization: `Bearer ${token}` } }),
    signOut: (token) => call('/v1/auth/logout', { method: 'POST', headers: { authorization: `Bearer ${token}` } }),
    verify: (token) => call('/verify', { headers: { authorization: `Bearer ${token}` } }),
    introspect: (apiKey, token) =>
      call('/oauth2/introspect', {
        method: 'POST',
        headers: { apikey: apiKey, 'content-type': 'application/x-www-form-urlencoded' },
        body: `token=${token}`,
      }),
    close: () => agent.destroy(),
  }
}

/** The token of an answer that must have one. */
export function tokenOf({ status, text }: Answer): string {
  const token: unknown = status === 200 ? JSON.parse(text).access_token : undefined
  if (typeof token !== 'string') throw new Error(`no token came with ${status}: ${text}`)
  return token
}

/** What a token of the Smartflo family says. */
export function claimsOf(token: string): Readonly<Record<string, unknown>> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}

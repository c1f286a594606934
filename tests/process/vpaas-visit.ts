/** The browser's part of a VPaaS login, by a program that keeps cookies as a browser does and follows nothing by itself. */
import { request as plainRequest } from 'node:http'
import { request as tlsRequest } from 'node:https'

export interface Person {
  readonly email: string
  readonly password: string
}

export interface Visit {
  /** What the browser holds and sends: whoever had it would be the person. By a name for people. */
  readonly secrets: ReadonlyMap<string, string>
  /** The code for the application, which a page shows or an address brings. */
  readonly authCode: string
}

interface Hop {
  readonly status: number
  readonly location: string | undefined
  readonly text: string
}

export interface Browser {
  readonly cookies: ReadonlyMap<string, string>
  /** Everything that came with `Set-Cookie`, in order. */
  readonly received: readonly string[]
  get(address: string): Promise<Hop>
  post(address: string, fields: Readonly<Record<string, string>>): Promise<Hop>
}

/** @param ca a certificate to be trusted */
export function openBrowser(ca?: string): Browser {
  const cookies = new Map<string, string>()
  const received: string[] = []

  const ask = (address: string, method: string, body?: string): Promise<Hop> =>
    new Promise((resolve, reject) => {
      const isTls = address.startsWith('https:')
      const headers = {
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        'sec-fetch-site': 'same-origin',
        'sec-fetch-mode': 'navigate',
        'sec-fetch-dest': 'document',
        ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) }),
      }
      const sent = (isTls ? tlsRequest : plainRequest)(address, { method, headers, agent: false, ...(isTls ? { ca } : {}) }, (response) => {
        for (const line of response.headers['set-cookie'] ?? []) keep(line)
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        response.on('error', reject)
        response.on('end', () => resolve({ status: response.statusCode ?? 0, location: response.headers.location, text }))
      })
      sent.on('error', reject)
      sent.end(body)
    })

  function keep(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    if (value === '') cookies.delete(name)
    else {
      cookies.set(name, value)
      received.push(value)
    }
  }

  return {
    cookies,
    received,
    get: (address) => ask(address, 'GET'),
    post: (address, fields) => ask(address, 'POST', new URLSearchParams(fields).toString()),
  }
}

/** What a hidden field of a page carries. */
export function fieldOf({ status, text }: Hop, name: string): string {
  const value = new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1]
  if (value === undefined) throw new Error(`no field ${name} came with ${status}: ${text}`)
  return value
}

/** From the address that `login` answers to the code for the application. */
export async function signInAt(location: string, { email, password }: Person, ca?: string): Promise<Visit> {
  const browser = openBrowser(ca)
  const request = fieldOf(await browser.get(location), 'request')
  const form = { request, login: email, password, answer: 'password' }
  const sent = await browser.post(new URL('auth', location).href, form)
  if (sent.status !== 303 || sent.location === undefined) throw new Error(`the form was answered with ${sent.status}: ${sent.text}`)
  const back = await browser.get(sent.location)
  const authCode = /authCode=([\w-]{43})/.exec(back.location ?? back.text)?.[1]
  if (authCode === undefined) throw new Error(`no code came with ${back.status}: ${back.text}`)
  const query = new URL(sent.location).searchParams
  const secrets = new Map([
    ['the sealed request of the page', request],
    ['the state', query.get('state') ?? ''],
    ['the code of the IDM', query.get('code') ?? ''],
    ['the authCode', authCode],
    ...browser.received.map((value, index): [string, string] => [`cookie ${index}`, value]),
  ])
  return { authCode, secrets }
}

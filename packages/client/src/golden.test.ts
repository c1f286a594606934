/**
 * The client against the golden exchanges, which the server is held to as well: what it sends is the request of the file, and it reads
 * the answer of the file. Headers that a request's file does not list may be there.
 */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Exchange, PLACEHOLDER, readExchanges, renderRequest } from '../../../vectors/exchange.ts'
import { connect } from './connect.ts'
import type { ConnectionOptions } from './connect-platform.ts'
import type { Connection } from './connection.ts'
import { memoryStore } from './keep/memory-store.ts'

const AT = Date.parse('2026-03-01T12:00:00Z')
const EMAIL = 'olga@example.com'
const GIVEN = {
  host: 'platform.example',
  base_path: '',
  email: EMAIL,
  password: 'correct horse battery staple',
  password_form: 'correct+horse+battery+staple',
  api_key: 'golden-key',
  auth_1: 'golden-code',
}
/** What an answer's `{{name=*:kind}}` stands for. */
const VALUES: Readonly<Record<string, string>> = { int: '75', instant: '2026-03-01T15:59:59.123000Z' }

interface Seen {
  readonly exchange: Exchange
  readonly request: Request
  readonly body: string
}

/** Answers one request after the other with the exchanges of a folder. */
async function replay(
  folder: string,
  names: readonly string[],
): Promise<{
  options: ConnectionOptions
  seen: Seen[]
  variables: Record<string, string>
  advance: (seconds: number) => void
}> {
  const exchanges = await readExchanges(join(import.meta.dirname, '../../../vectors', folder))
  const seen: Seen[] = []
  const variables: Record<string, string> = { ...GIVEN }
  let at = AT
  const options: ConnectionOptions = {
    baseUrl: 'https://platform.example',
    store: memoryStore(),
    environment: {
      now: () => at,
      sleep: async () => {},
      async fetch(input, init) {
        const request = new Request(input, init)
        const exchange = exchanges.find(({ name }) => name === names[seen.length])
        if (exchange === undefined) throw new Error(`one request too many: ${request.method} ${request.url}`)
        seen.push({ exchange, request, body: await request.text() })
        return answerWith(exchange, variables, at)
      },
    },
  }
  const advance = (seconds: number) => {
    at += seconds * 1000
  }
  return { options, seen, variables, advance }
}

function answerWith({ answer }: Exchange, variables: Record<string, string>, at: number): Response {
  const fill = (text: string) =>
    text.replace(PLACEHOLDER, (_whole, capture: string | undefined, kind: string | undefined, name: string | undefined) => {
      const value = name === undefined ? (VALUES[kind ?? ''] ?? `golden-${capture ?? kind}`) : (variables[name] ?? '')
      if (capture !== undefined) variables[capture] = value
      return value
    })
  const [, status = ''] = /^HTTP\/1\.1 (\d{3})/.exec(answer.statusLine) ?? []
  const headers = answer.headers.map(({ name, value }): [string, string] => [name, fill(value)])
  return new Response(fill(answer.body), { status: Number(status), headers: [...headers, ['date', new Date(at).toUTCString()]] })
}

/** The request that was sent is that of the file. Members of a form and of a JSON object may stand in another order. */
function expectGolden({ exchange, request, body }: Seen, variables: Record<string, string>): void {
  const [head = '', expectedBody = ''] = renderRequest(exchange, variables).split('\r\n\r\n')
  const [line, ...headers] = head.split('\r\n')
  const { pathname, search } = new URL(request.url)
  expect(`${request.method} ${pathname}${search} HTTP/1.1`).toBe(line)
  for (const header of headers) {
    const [, name = '', value] = /^([^:]+): ?(.*)$/.exec(header) ?? []
    if (!/^(?:host|content-length)$/i.test(name)) expect(request.headers.get(name), name).toBe(value)
  }
  if (body.startsWith('{')) expect(JSON.parse(body)).toEqual(JSON.parse(expectedBody))
  else expect([...new URLSearchParams(body)].sort()).toEqual([...new URLSearchParams(expectedBody)].sort())
}

interface Case {
  readonly folder: string
  readonly exchanges: readonly string[]
  open(options: ConnectionOptions): Promise<Connection>
  readonly headers: (value: string) => Record<string, string>
  readonly lifeSeconds: number
}

const bearer = (value: string) => ({ authorization: `Bearer ${value}` })
const { email, password, api_key: apiKey, auth_1: authCode } = GIVEN

const CASES: readonly Case[] = [
  {
    folder: 'smartflo',
    exchanges: ['01-sign-in.http', '10-refresh.http'],
    open: (options) => connect('smartflo', { email, password }, options),
    headers: bearer,
    lifeSeconds: 3600,
  },
  {
    folder: 'servetel',
    exchanges: ['01-sign-in.http', '10-refresh.http'],
    open: (options) => connect('servetel', { email, password }, options),
    headers: bearer,
    lifeSeconds: 3600,
  },
  {
    folder: 'voipex',
    exchanges: ['02-token-with-openid.http'],
    open: (options) => connect('voipex', { email, password }, options),
    headers: bearer,
    lifeSeconds: 3000,
  },
  {
    folder: 'vpaas',
    exchanges: ['06-exchange.http', '09-refresh.http'],
    open: (options) => connect('vpaas', { clientId: 'app', apiKey, authCode }, options),
    headers: (value) => ({ apikey: apiKey, ...bearer(value) }),
    lifeSeconds: 14_399,
  },
]

describe('what the client sends and reads is golden', () => {
  it.each(CASES)('$folder', async ({ folder, exchanges, open, headers, lifeSeconds }) => {
    const { options, seen, variables, advance } = await replay(folder, exchanges)
    const connection = await open(options)
    for (const [index] of exchanges.entries()) {
      const token = await connection.token()
      advance(lifeSeconds - 10)
      expect(seen).toHaveLength(index + 1)
      expect(token.headers()).toEqual(headers(token.value))
      expect(Object.values(variables)).toContain(token.value)
    }
    for (const one of seen) expectGolden(one, variables)
  })
})

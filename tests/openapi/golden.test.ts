/** The document of a tenant says of each golden exchange what it is: its path, its status, its bodies. The server is the real one. */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OpenApiDocument } from '../../packages/server/src/front-doors/guide/openapi-document.ts'
import { startTestServer, type TestServer } from '../../packages/server/src/http/testing/start-test-server.ts'
import { createFitter, type Fitter, type SentRequest } from '../../packages/server/src/testing/openapi-fit.ts'
import { compareAnswer, readExchanges, renderRequest, type Variables } from '../../vectors/exchange.ts'
import { GOLDEN_FOLDERS } from '../../vectors/folders.ts'
import { type RawAnswer, sendRaw } from '../../vectors/raw-socket.ts'

interface Done {
  readonly name: string
  readonly request: SentRequest
  /** Whether it is for the tenant of the folder, by its host name. */
  readonly isForTenant: boolean
  readonly answer: RawAnswer
}

function requestOf(bytes: string, { base_path: base = '', host = '' }: Variables): Pick<Done, 'request' | 'isForTenant'> {
  const end = bytes.indexOf('\r\n\r\n')
  const head = bytes.slice(0, end)
  const [, method = '', path = ''] = /^(\S+) (\S+) /.exec(head) ?? []
  const isAtRoot = /^\/(?:livez|readyz)\b/.test(path)
  const contentType = /^content-type: ?(.*)$/im.exec(head)?.[1]
  return {
    request: { method, target: isAtRoot ? path : path.replace(base, ''), contentType, body: bytes.slice(end + 4) },
    isForTenant: isAtRoot || (new RegExp(`^${base}/`).test(path) && head.includes(`Host: ${host}`)),
  }
}

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

describe.each(Object.entries(GOLDEN_FOLDERS))('the exchanges of %s', (folder, door) => {
  let fitter: Fitter
  const done: Done[] = []

  beforeAll(async () => {
    const variables: Variables = await server.furnish(folder, door)
    const { body } = await sendRaw(server.port, `GET ${variables.base_path}/openapi.json HTTP/1.1\r\nHost: ${variables.host}\r\n\r\n`)
    fitter = createFitter(JSON.parse(body) as OpenApiDocument)
    for (const exchange of await readExchanges(join(import.meta.dirname, '../../vectors', folder))) {
      const bytes = renderRequest(exchange, variables)
      let answer = await sendRaw(server.port, bytes)
      const { untilStatus, atMost } = exchange.repeat ?? { untilStatus: 0, atMost: 1 }
      for (let sent = 1; sent < atMost && answer.status !== untilStatus; sent += 1) answer = await sendRaw(server.port, bytes)
      compareAnswer(exchange.answer, answer, variables) // what it captures, the next exchange sends
      done.push({ name: exchange.name, answer, ...requestOf(bytes, variables) })
    }
  }, 240_000)

  it('fit the document of their tenant', () => {
    const own = done.filter(({ isForTenant, request }) => isForTenant && request.method !== 'OPTIONS')
    expect(own.length).toBeGreaterThan(10)
    const problems = own.flatMap(({ name, request, answer }) => fitter.fit(request, answer).map((problem) => `${name}: ${problem}`))
    expect(problems).toEqual([])
  })

  it('that are for nobody here are answered so', () => {
    const others = done.filter(({ isForTenant }) => !isForTenant)
    for (const { name, answer } of others) expect([308, 403, 404, 421], name).toContain(answer.status)
  })

  it('show each operation of the door going well', () => {
    const went = new Set(done.filter(({ answer }) => answer.status < 400).map(({ request }) => fitter.operationOf(request)?.operationId))
    const described = Object.values(fitter.document.paths).flatMap(({ get, post }) => [get, post].flatMap((one) => one?.operationId ?? []))
    const own = described.filter((id) => id.startsWith(`${folder}-`))
    expect(own.length).toBeGreaterThan(2)
    expect(own.filter((id) => !went.has(id))).toEqual([])
  })
})

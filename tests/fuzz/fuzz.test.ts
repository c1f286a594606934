/**
 * Every route, with requests that nobody would send: golden ones with bytes changed, and well-formed ones with strange values.
 * `npm test` tries two thousand for each route, `npm run test:fuzz` a hundred thousand; RINGKEY_SEED repeats a run.
 */
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { OpenApiDocument } from '../../packages/server/src/front-doors/guide/openapi-document.ts'
import { startTestServer, type TestServer } from '../../packages/server/src/http/testing/start-test-server.ts'
import { createFitter, type Fitter } from '../../packages/server/src/testing/openapi-fit.ts'
import { type Exchange, readExchanges, renderRequest, replayExchange, type Variables } from '../../vectors/exchange.ts'
import { GOLDEN_FOLDERS } from '../../vectors/folders.ts'
import { sendRaw } from '../../vectors/raw-socket.ts'
import { SEED } from '../seed.ts'
import { documentedRoutes, requestsFrom } from './from-document.ts'
import { type Expectations, judge, shapeOf } from './judge.ts'
import { mutate, mutations } from './mutations.ts'
import { sendAnything } from './send.ts'
import { compose, fieldsOf, fillings } from './well-formed.ts'

vi.mock('@node-rs/argon2', () => import('../../packages/server/src/testing/quick-argon2.ts'))

const CASES = Number(process.env.RINGKEY_FUZZ_CASES ?? 2000)
/** Requests under way together: most of the time of one is the opening and closing of its connection. */
const AT_ONCE = 8
/** What is told to nobody who has not said it: names of variables of golden exchanges. */
const SECRETS = ['password', 'checker_api_key', 'other_api_key', 'api_key', 'pbx_secret', 'permanent_token']
/** Answers of ours that are no door's: to what is no HTTP, and to hosts and tenants that there are not. */
const PAGE_SHAPE = 'text/html; charset=utf-8'
const PLAIN_SHAPE = 'application/json {error:string,message:string,requestId:string}'

function atOnce(cases: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer[]> {
  return fc.array(cases, { minLength: AT_ONCE, maxLength: AT_ONCE })
}

interface Route {
  readonly method: string
  readonly path: string
  readonly exchanges: readonly Exchange[]
}

/** Those that some golden exchange is answered well at. */
function routesOf(exchanges: readonly Exchange[]): readonly Route[] {
  const groups = new Map<string, Exchange[]>()
  for (const exchange of exchanges) {
    const [, method, path] = /^([A-Z]+) (\{\{base_path\}\}\/[^ ?]*)/.exec(exchange.request.head) ?? []
    if (method === undefined || path === undefined) continue
    groups.set(`${method} ${path}`, [...(groups.get(`${method} ${path}`) ?? []), exchange])
  }
  return [...groups]
    .filter(([, found]) => found.some(({ answer }) => /^HTTP\/1\.1 [23]/.test(answer.statusLine)))
    .map(([name, found]) => ({ method: name.split(' ')[0] ?? '', path: name.split(' ')[1] ?? '', exchanges: found }))
}

/** The shapes of errors in golden answers. */
function errorShapesOf(exchanges: readonly Exchange[]): ReadonlySet<string> {
  const shapes = exchanges
    .filter(({ answer }) => / [45]\d\d /.test(answer.statusLine))
    .map(({ answer }) => {
      const headers = new Map(answer.headers.map(({ name, value }) => [name.toLowerCase(), value]))
      const body = answer.body.replace(/\{\{(?:\w+=)?\*:int\}\}/g, '1').replace(/\{\{[^}]*\}\}/g, 'x')
      return shapeOf({ headers, body })
    })
  return new Set([...shapes, PLAIN_SHAPE, 'empty'])
}

/** A changed address may be one of the guide's pages, which every tenant has. */
function leadsToGuide(bytes: Buffer): boolean {
  const [requestLine = ''] = bytes.toString('latin1').split(/[\r\n]/, 1)
  const target = requestLine.split(' ')[1] ?? ''
  const path = target
    .replace(/^[a-z]+:\/\/[^/?#]*/i, '')
    .replace(/[?#].*$/, '')
    .replace(/^\/t(?:\/[^/]*|$)/, '')
  return ['', '/', '/docs'].includes(path) || path.startsWith('/try/')
}

function isKept({ answer }: Exchange): boolean {
  return answer.headers.some(({ name, value }) => /^cache-control$/i.test(name) && /max-age/.test(value))
}

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close()) // and no request has met a bug

async function documentOf({ base_path: base, host }: Variables): Promise<OpenApiDocument> {
  const answer = await sendRaw(server.port, `GET ${base}/openapi.json HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
  return JSON.parse(answer.body) as OpenApiDocument
}

const read = (folder: string) => readExchanges(join(import.meta.dirname, '../../vectors', folder))

for (const [folder, door] of Object.entries(GOLDEN_FOLDERS)) {
  const exchanges = await read(folder)
  const errorShapes = errorShapesOf([...exchanges, ...(await read(door))])

  describe(`${folder}, seed ${SEED}`, () => {
    let variables: Variables
    let fitter: Fitter
    beforeAll(async () => {
      variables = await server.furnish(folder, door)
      fitter = createFitter(await documentOf(variables))
      for (const exchange of exchanges) await replayExchange(exchange, server.port, variables)
    }, 240_000)

    it.each(routesOf(exchanges).map((route) => [`${route.method} ${route.path.replace('{{base_path}}', '')}`, route] as const))(
      '%s answers whatever comes without a fault, in its own shape, and tells no secret',
      async (_name, { method, path, exchanges: golden }) => {
        const requests = golden.map((exchange) => renderRequest(exchange, variables))
        const usual: Expectations = {
          errorShapes,
          secrets: SECRETS.flatMap((name) => variables[name] ?? []),
          isPublished: exchanges.some((exchange) => exchange.request.head.split(/[ ?]/)[1] === path && isKept(exchange)),
        }
        const check = async (bytes: Buffer, isWhole: boolean) => {
          const answer = await sendAnything(server.port, bytes)
          if (isWhole) expect(answer, `no answer to ${bytes.toString('latin1').slice(0, 2000)}`).toBeDefined()
          const expectations = leadsToGuide(bytes) ? { ...usual, errorShapes: new Set([...errorShapes, PAGE_SHAPE]) } : usual
          if (answer !== undefined)
            expect(
              judge(answer, bytes, expectations),
              `${bytes.toString('latin1').slice(0, 2000)}\n=> ${answer.head}\n${answer.body.slice(0, 500)}`,
            ).toEqual([])
        }
        const checkAll = (isWhole: boolean) => (cases: readonly Buffer[]) =>
          Promise.all(cases.map((bytes) => check(bytes, isWhole))).then(() => undefined)
        const options = { numRuns: Math.ceil(CASES / 2 / AT_ONCE), seed: SEED, endOnFailure: true }
        const changed = fc.tuple(fc.constantFrom(...requests), mutations).map(([request, edits]) => mutate(Buffer.from(request), edits))
        await fc.assert(fc.asyncProperty(atOnce(changed), checkAll(false)), options)
        const fields = fieldsOf(requests)
        const tenantPath = path.replace('{{base_path}}', variables.base_path ?? '').replace('{{tenant}}', variables.tenant ?? '')
        const strange = fillings(fields).map((filling) => compose({ method, path: tenantPath, fields }, filling))
        await fc.assert(fc.asyncProperty(atOnce(strange), checkAll(true)), options)
      },
      240_000 + CASES * 60,
    )

    it(
      'answers whatever its document allows and forbids as the document says',
      async () => {
        const requests = exchanges.map((exchange) => renderRequest(exchange, variables))
        const routes = documentedRoutes(fitter.document, folder)
        expect(routes.length).toBeGreaterThan(2)
        for (const route of routes) {
          const check = async ({ target, bytes }: { readonly target: string; readonly bytes: Buffer }) => {
            const answer = await sendAnything(server.port, bytes)
            if (answer === undefined) throw new Error(`no answer to ${bytes.toString('latin1').slice(0, 2000)}`)
            const expectations: Expectations = {
              errorShapes: (judged) => fitter.fitAnswer({ method: route.method, target }, judged),
              secrets: SECRETS.flatMap((name) => variables[name] ?? []),
              isPublished: route.isPublished,
            }
            expect(
              judge(answer, bytes, expectations),
              `${bytes.toString('latin1').slice(0, 2000)}\n=> ${answer.head}\n${answer.body.slice(0, 500)}`,
            ).toEqual([])
          }
          const cases = fc.array(requestsFrom(route, requests, variables.base_path ?? ''), { minLength: AT_ONCE, maxLength: AT_ONCE })
          await fc.assert(
            fc.asyncProperty(cases, (all) => Promise.all(all.map(check)).then(() => undefined)),
            { numRuns: Math.ceil(CASES / 8 / AT_ONCE), seed: SEED, endOnFailure: true },
          )
        }
      },
      120_000 + CASES * 60,
    )
  })
}

it('and after all that the server answers', async () => {
  const answer = await sendAnything(server.port, Buffer.from('GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n'))
  expect(answer?.status).toBe(200)
})

/** What the fuzzing rests on can find fault: each rule with an answer that breaks it, and a server with a bug in it. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { OpenApiDocument } from '../../packages/server/src/front-doors/guide/openapi-document.ts'
import { startApp } from '../../packages/server/src/http/testing/start-app.ts'
import { createFitter } from '../../packages/server/src/testing/openapi-fit.ts'
import type { RawAnswer } from '../../vectors/raw-socket.ts'
import { documentedRoutes, requestsFrom } from './from-document.ts'
import { type Expectations, judge } from './judge.ts'
import { mutate, mutations } from './mutations.ts'
import { sendAnything } from './send.ts'
import { compose, fieldsOf, fillings } from './well-formed.ts'

const GOOD_HEADERS = {
  'content-type': 'application/json',
  'cache-control': 'no-store',
  'x-request-id': '0123456789abcdef01234567',
  'x-content-type-options': 'nosniff',
}
const EXPECTATIONS: Expectations = {
  errorShapes: new Set(['application/json {error:string}']),
  secrets: ['the planted secret'],
  isPublished: false,
}

function anAnswer(changed: { status?: number; headers?: Record<string, string>; body?: string; head?: string } = {}): RawAnswer {
  const { status = 400, headers = {}, body = '{"error":"x"}', head = '' } = changed
  return { statusLine: `HTTP/1.1 ${status} X`, status, headers: new Map(Object.entries({ ...GOOD_HEADERS, ...headers })), head, body }
}

const REQUEST = Buffer.from('GET / HTTP/1.1\r\n\r\n')

it('a good answer is found good', () => {
  expect(judge(anAnswer(), REQUEST, EXPECTATIONS)).toEqual([])
  expect(
    judge(anAnswer({ status: 200, headers: { 'cache-control': 'public, max-age=1' } }), REQUEST, { ...EXPECTATIONS, isPublished: true }),
  ).toEqual([])
  expect(judge(anAnswer({ body: '{"error":"the planted secret"}' }), Buffer.from('the planted secret'), EXPECTATIONS)).toEqual([])
})

it.each([
  ['a fault', { status: 500 }],
  ['a gateway’s error', { status: 503 }],
  ['another shape', { body: '{"message":"x"}' }],
  ['a member of another type', { body: '{"error":1}' }],
  ['a page where JSON is due', { headers: { 'content-type': 'text/html' } }],
  ['half a body', { body: '{"error":' }],
  ['an answer that may be stored', { headers: { 'cache-control': 'private' } }],
  ['an error of a published path that may be stored', { headers: { 'cache-control': 'public, max-age=300' } }],
  ['no request id', { headers: { 'x-request-id': '' } }],
  ['no nosniff', { headers: { 'x-content-type-options': '' } }],
  ['a stack', { body: '{"error":"Error\\n    at x (/app/packages/server/dist/ringkey.js:1:1)"}'.replace('\\n', '\n') }],
  ['a planted secret in the body', { body: '{"error":"the planted secret"}' }],
  ['a planted secret in a header', { head: 'HTTP/1.1 400 X\r\nlocation: /?the planted secret' }],
])('%s is found', (_what, changed) => {
  expect(judge(anAnswer(changed), REQUEST, EXPECTATIONS)).not.toEqual([])
})

/** A login that has a bug for what the name has in it. */
async function findsBug(
  hasBug: (login: string) => boolean,
  requestsOf: (golden: string, path: string) => fc.Arbitrary<Buffer>,
): Promise<boolean> {
  const app = await startApp({
    useCases: {
      signIn: async ({ login }) => {
        if (hasBug(login)) throw new Error('a bug')
        return { ok: false, refusal: { code: 'credentials_wrong', failedCount: 1 } }
      },
    },
  })
  const body = '{"email":"ann@acme.example","password":"p"}'
  const golden = `POST /v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  const check = async (bytes: Buffer) => ((await sendAnything(app.port, bytes))?.status ?? 0) < 500
  const result = await fc.check(fc.asyncProperty(requestsOf(golden, '/v1/auth/login'), check), {
    numRuns: 1000,
    seed: 7,
    endOnFailure: true,
  })
  await app.stop()
  return result.failed
}

it('changed bytes find a bug that another name uncovers', async () => {
  const changed = (golden: string) => mutations.map((edits) => mutate(Buffer.from(golden), edits))
  expect(await findsBug((login) => login !== 'ann@acme.example', changed)).toBe(true)
  expect(await findsBug(() => false, changed)).toBe(false)
})

it('strange values find a bug that a long name uncovers', async () => {
  const strange = (golden: string, path: string) => {
    const fields = fieldsOf([golden])
    return fillings(fields).map((filling) => compose({ method: 'POST', path, fields }, filling))
  }
  expect(await findsBug((login) => login.length > 1000, strange)).toBe(true)
  expect(await findsBug(() => false, strange)).toBe(false)
})

/** Requests made from the document of a server, judged by a document. @returns whether an answer is not as that says */
async function differsFrom(change: (document: OpenApiDocument) => OpenApiDocument): Promise<boolean> {
  const app = await startApp({ useCases: { signIn: async () => ({ ok: false, refusal: { code: 'credentials_wrong', failedCount: 1 } }) } })
  const document = JSON.parse((await app.ask('GET /openapi.json')).body) as OpenApiDocument
  const [route = expect.fail('no route')] = documentedRoutes(document, 'smartflo')
  const fitter = createFitter(change(document))
  const check = async ({ target, bytes }: { readonly target: string; readonly bytes: Buffer }) => {
    const answer = await sendAnything(app.port, bytes)
    return answer === undefined || fitter.fitAnswer({ method: route.method, target }, answer).length === 0
  }
  const result = await fc.check(fc.asyncProperty(requestsFrom(route, [], ''), check), { numRuns: 300, seed: 7, endOnFailure: true })
  await app.stop()
  return result.failed
}

it('requests made from a document find a status that it does not say, and a body that is not as it says', async () => {
  const without = (status: string) => (document: OpenApiDocument) =>
    JSON.parse(JSON.stringify(document), (key, value: unknown) => (key === status ? undefined : value)) as OpenApiDocument
  const renamed = (document: OpenApiDocument) =>
    JSON.parse(JSON.stringify(document).replaceAll('login_failed_count', 'failures')) as OpenApiDocument
  expect(await differsFrom((document) => document)).toBe(false)
  expect(await differsFrom(without('401'))).toBe(true)
  expect(await differsFrom(without('422'))).toBe(true)
  expect(await differsFrom(renamed)).toBe(true)
})

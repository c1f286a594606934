import { describe, expect, test } from 'vitest'
import { accept, refuse } from '../../domain/outcome.ts'
import { appsOfTenant } from '../../http/testing/apps-of-tenant.ts'
import { aTenant } from '../../http/testing/start-app.ts'
import type { AllowCalls, AskToAllowCalls } from '../../use-cases/use-cases.ts'

const anApp = appsOfTenant(aTenant({ doors: ['servetel'] }))
const HEADERS = ['Content-Type: application/json', 'Authorization: Bearer a.b.c']

type Asked = Parameters<AskToAllowCalls>[0]
type Allowed = Parameters<AllowCalls>[0]

describe('asking for leave to call', () => {
  test.each(['/v1', '/api/v1'])('at %s sends a code and answers its number', async (base) => {
    const asked: Asked[] = []
    const app = await anApp({
      askToAllowCalls: async (request) => {
        asked.push(request)
        return accept({ id: 123 })
      },
    })
    const answer = await app.ask(`POST ${base}/otp/dnc/send`, HEADERS, '{"mobile_number":"9820098200","company_name":"Acme"}')
    expect([answer.status, answer.body]).toEqual([200, '{"success":true,"message":"OTP sent successfully","id":123}'])
    expect(asked).toMatchObject([{ token: 'a.b.c', phone: '9820098200', caller: { address: '127.0.0.1' } }])
  })

  test('reads a number, a form, and a token without a scheme', async () => {
    const asked: Asked[] = []
    const app = await anApp({
      askToAllowCalls: async (request) => {
        asked.push(request)
        return accept({ id: 1 })
      },
    })
    await app.ask('POST /v1/otp/dnc/send', ['Content-Type: application/json', 'Authorization: a.b.c'], '{"mobile_number":9820098200}')
    await app.ask(
      'POST /v1/otp/dnc/send',
      ['Content-Type: application/x-www-form-urlencoded', 'Authorization: Bearer a.b.c'],
      'mobile_number=%2B919820098200',
    )
    expect(asked.map(({ token, phone }) => [token, phone])).toEqual([
      ['a.b.c', '9820098200'],
      ['a.b.c', '+919820098200'],
    ])
  })

  test.each(['{}', '{"mobile_number":null}', '{"mobile_number":1.5}', '{"mobile_number":["1"]}', '[]'])('of %s is 422', async (body) => {
    const answer = await (await anApp()).ask('POST /v1/otp/dnc/send', HEADERS, body)
    expect([answer.status, Object.keys(JSON.parse(answer.body))]).toEqual([422, ['success', 'message']])
  })

  test.each([
    [{ code: 'token_invalid' }, 401, '{"message":"Unauthenticated."}'],
    [{ code: 'session_ended' }, 401, '{"message":"Unauthenticated."}'],
    [{ code: 'phone_unreadable' }, 422, '{"success":false,"message":"The mobile_number is no number that messages are sent to."}'],
    [{ code: 'phone_not_served' }, 422, '{"success":false,"message":"The mobile_number is no number that messages are sent to."}'],
    [{ code: 'messages_exhausted', retryAfterSeconds: 55 }, 429, '{"success":false,"message":"Too Many Attempts."}'],
    [{ code: 'not_sent' }, 503, '{"success":false,"message":"The message could not be sent. Try again later."}'],
  ] as const)('where it is refused (%o) is %i', async (refusal, status, body) => {
    const app = await anApp({ askToAllowCalls: async () => refuse(refusal) })
    const answer = await app.ask('POST /v1/otp/dnc/send', HEADERS, '{"mobile_number":"9820098200"}')
    expect([answer.status, answer.body]).toEqual([status, body])
    if (refusal.code === 'messages_exhausted') expect(answer.headers.get('retry-after')).toBe('55')
  })
})

describe('giving the code back', () => {
  test.each([
    ['numbers, as the document has them', '{"id":123,"otp":1234}', '1234'],
    ['a number that has lost the noughts in front', '{"id":123,"otp":42}', '0042'],
    ['texts', '{"id":"123","otp":"0042"}', '0042'],
  ])('reads %s', async (_what, body, code) => {
    const allowed: Allowed[] = []
    const app = await anApp({
      allowCalls: async (request) => {
        allowed.push(request)
        return accept(undefined)
      },
    })
    const answer = await app.ask('POST /v1/otp/dnc/verify', HEADERS, body)
    expect([answer.status, answer.body]).toEqual([200, '{"success":true,"message":"OTP verified successfully"}'])
    expect(allowed).toMatchObject([{ token: 'a.b.c', id: 123, code }])
  })

  test.each([
    '{}',
    '{"id":1}',
    '{"id":1,"otp":12345}',
    '{"id":1,"otp":-1}',
    '{"id":"x","otp":1}',
    '{"id":1,"otp":"12a4"}',
    '{"id":1.5,"otp":1}',
  ])('of %s is 422', async (body) => {
    const answer = await (await anApp()).ask('POST /v1/otp/dnc/verify', HEADERS, body)
    expect([answer.status, Object.keys(JSON.parse(answer.body))]).toEqual([422, ['success', 'message']])
  })

  test.each([
    [{ code: 'code_wrong' }, 400, '{"success":false,"message":"The OTP is wrong, has expired or was used."}'],
    [{ code: 'guesses_exhausted', retryAfterSeconds: 20_000 }, 429, '{"success":false,"message":"Too Many Attempts."}'],
    [{ code: 'session_stale' }, 401, '{"message":"Unauthenticated."}'],
  ] as const)('where it is refused (%o) is %i', async (refusal, status, body) => {
    const app = await anApp({ allowCalls: async () => refuse(refusal) })
    const answer = await app.ask('POST /v1/otp/dnc/verify', HEADERS, '{"id":123,"otp":1234}')
    expect([answer.status, answer.body]).toEqual([status, body])
  })
})

test.each(['send', 'verify'])('who brings no token to %s is 401 before the body is read', async (verb) => {
  const app = await anApp()
  for (const headers of [[], ['Authorization: Bearer'], ['Authorization: Basic YTpi']]) {
    const answer = await app.ask(`POST /v1/otp/dnc/${verb}`, ['Content-Type: application/json', ...headers], '{"broken')
    expect([answer.status, answer.body]).toEqual([401, '{"message":"Unauthenticated."}'])
  }
})

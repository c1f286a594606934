import { expect, test } from 'vitest'
import { refuse } from '../../domain/outcome.ts'
import { appsOfTenant } from '../../http/testing/apps-of-tenant.ts'
import { aTenant } from '../../http/testing/start-app.ts'
import type { AskForSignInCode, SignInWithCode } from '../../use-cases/use-cases.ts'

const anApp = appsOfTenant(aTenant({ doors: ['servetel'] }))
const HEADERS = ['Content-Type: application/json']

test.each([
  ['a number', '{"mobile_number":9820098200}', { phone: '9820098200' }],
  ['a text, and nothing else that is there', '{"mobile_number":"+91 98200 98200","id":null}', { phone: '+91 98200 98200' }],
])('a code is asked for with %s', async (_what, body, expected) => {
  const asked: Parameters<AskForSignInCode>[0][] = []
  const app = await anApp({
    askForSignInCode: async (request) => {
      asked.push(request)
      return refuse({ code: 'not_sent' })
    },
  })
  await app.ask('POST /api/v1/auth/otp', HEADERS, body)
  expect(asked).toMatchObject([{ ...expected, client: { kind: 'door', door: 'servetel' }, caller: { address: '127.0.0.1' } }])
})

test('a code that has lost the noughts in front is given with them', async () => {
  const given: Parameters<SignInWithCode>[0][] = []
  const app = await anApp({
    signInWithCode: async (request) => {
      given.push(request)
      return refuse({ code: 'code_wrong' })
    },
  })
  await app.ask('POST /v1/auth/otp', HEADERS, '{"id":"7","otp":42,"mobile_number":"1"}')
  expect(given).toMatchObject([{ id: 7, code: '0042' }])
})

test.each(['{}', '{"id":1}', '{"otp":1}', '{"mobile_number":"1","otp":1}', '{"id":1,"otp":12345}', '[]', '{"mobile_number":[1]}'])(
  'what is neither (%s) is 422',
  async (body) => {
    const answer = await (await anApp()).ask('POST /v1/auth/otp', HEADERS, body)
    expect([answer.status, Object.keys(JSON.parse(answer.body))]).toEqual([422, ['success', 'message']])
  },
)

const CODE_WRONG = '{"success":false,"message":"The OTP is wrong, has expired or was used."}'
test.each([
  [{ code: 'client_unknown' }, 401, '{"success":false,"message":"Invalid credentials"}'],
  [{ code: 'code_wrong' }, 401, CODE_WRONG],
  [{ code: 'account_disabled' }, 401, CODE_WRONG],
  [{ code: 'guesses_exhausted', retryAfterSeconds: 9 }, 429, '{"success":false,"message":"Too Many Attempts."}'],
] as const)('a code that is refused (%o) is %i', async (refusal, status, body) => {
  const answer = await (await anApp({ signInWithCode: async () => refuse(refusal) })).ask('POST /v1/auth/otp', HEADERS, '{"id":1,"otp":1}')
  expect([answer.status, answer.body]).toEqual([status, body])
})

/** SIGTERM: what is under way is finished, nothing new is taken, and the process ends well and soon. */
import { expect, it } from 'vitest'
import { beginSignIn } from './begun-sign-in.ts'
import { type Caller, createCaller, tokenOf } from './caller.ts'
import { readDemo } from './demo-settings.ts'
import { findFreePort, openStage } from './launch.ts'

const stage = openStage()
const PROGRAMS = 20

/** Refreshes until no answer comes. @returns the last token that was acknowledged */
async function refreshUntilGone(caller: Caller, first: string, onAnswer: () => void): Promise<string> {
  let held = first
  for (;;) {
    const answer = await caller.refresh(held).catch(() => undefined)
    if (answer === undefined) return held
    held = tokenOf(answer) // whatever is answered, it is no refusal and no error
    onAnswer()
  }
}

it('S162: a server that is told to stop under load finishes what it has begun, ends with 0 in under 10 s, and has lost nothing', async () => {
  const installation = stage.newInstallation()
  const variables = { RINGKEY_PORT: await findFreePort() }
  const server = await installation.serve({ demo: true, variables })
  const caller = createCaller(server.url)
  const { smartflo } = readDemo(installation)
  const tokens = await Promise.all(Array.from({ length: PROGRAMS }, () => caller.signIn(smartflo).then(tokenOf)))
  const begun = await Promise.all(Array.from({ length: 4 }, () => beginSignIn(server.url, JSON.stringify(smartflo))))

  let toldAt = 0
  let answers = 0
  const onAnswer = () => {
    answers += 1
    if (answers !== 10 * PROGRAMS) return
    toldAt = Date.now()
    server.end('SIGTERM')
  }
  const held = await Promise.all(tokens.map((token) => refreshUntilGone(caller, token, onAnswer)))
  expect(toldAt).toBeGreaterThan(0)
  for (const { finish } of begun) {
    const response = await finish()
    expect(response.statusCode, 'what had begun is finished').toBe(200)
    expect(response.headers.connection, 'and its connection is not kept').toBe('close')
  }
  const { code, stderr } = await server.ended
  expect(code).toBe(0)
  expect(Date.now() - toldAt).toBeLessThan(10_000)
  expect(stderr, 'nothing went wrong on the way').not.toMatch(/"level":"(?:error|warn)"/)
  caller.close()

  const again = await installation.serve({ variables })
  const afterwards = createCaller(again.url)
  const refreshed = await Promise.all(held.map((token) => afterwards.refresh(token)))
  for (const { status } of refreshed) expect(status, 'every token that was acknowledged goes on').toBe(200)
  afterwards.close()
})

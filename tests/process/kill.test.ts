/**
 * What a client was told outlives the process that told it. `RINGKEY_TEST_KILLS` is how often the server is killed under load,
 * 10 by default.
 */
import { describe, expect, it } from 'vitest'
import { type Caller, claimsOf, createCaller, tokenOf } from './caller.ts'
import { readDemo } from './demo-settings.ts'
import { findFreePort, type Installation, openStage, type Server } from './launch.ts'

const stage = openStage()
const KILLS = Number(process.env.RINGKEY_TEST_KILLS ?? 10)
const PARALLEL = 50

/** A program that refreshes one session. It keeps the last token that it was answered with, and every one before. */
interface Program {
  held: string
  /** By `jti`, which names session and generation: two tokens under one would be two lineages. */
  readonly acknowledged: Map<unknown, string>
}

function acknowledge(program: Program, token: string): void {
  const { jti } = claimsOf(token)
  expect(program.acknowledged.get(jti) ?? token, 'there is never a second lineage').toBe(token)
  program.acknowledged.set(jti, token)
  program.held = token
}

async function signIn(caller: Caller, installation: Installation): Promise<Program> {
  const held = tokenOf(await caller.signIn(readDemo(installation).smartflo))
  return { held, acknowledged: new Map([[claimsOf(held).jti, held]]) }
}

/** Refreshes one after the other, or many at once, until the connection breaks. @param onAnswer is called with every answer */
async function refreshUntilBroken(caller: Caller, program: Program, width: number, onAnswer: () => void): Promise<void> {
  for (;;) {
    const { held } = program
    const settled = await Promise.allSettled(
      Array.from({ length: width }, async () => {
        const answer = await caller.refresh(held)
        onAnswer()
        return answer
      }),
    )
    for (const one of settled) if (one.status === 'fulfilled') acknowledge(program, tokenOf(one.value))
    if (settled.some(({ status }) => status === 'rejected')) return
  }
}

/** Both kinds of load until as many answers have come, then `kill -9` in the middle of it. */
async function killUnderLoad(server: Server, programs: readonly [Program, Program], answers: number): Promise<void> {
  const caller = createCaller(server.url)
  let left = answers
  const onAnswer = () => {
    left -= 1
    if (left === 0) server.end('SIGKILL')
  }
  await Promise.all(programs.map((program, index) => refreshUntilBroken(caller, program, index === 0 ? 1 : PARALLEL, onAnswer)))
  await server.ended
  caller.close()
}

/** One more session, and the caller that is to sign it out while the server is killed. */
async function signInToEnd(server: Server, installation: Installation): Promise<[Caller, string]> {
  const caller = createCaller(server.url)
  return [caller, (await signIn(caller, installation)).held]
}

/** What was held goes on, whether or not its successor was made and lost on its way; and it goes on as one. */
async function expectGoesOn(caller: Caller, program: Program): Promise<void> {
  const before = program.held
  expect((await caller.verify(before)).status, 'a token that a client got is honoured').toBe(200)
  const answers = await Promise.all(Array.from({ length: 10 }, () => caller.refresh(before)))
  for (const answer of answers) acknowledge(program, tokenOf(answer))
  expect(new Set(answers.map(tokenOf)).size).toBe(1)
  const successor = program.held
  acknowledge(program, tokenOf(await caller.refresh(successor)))
  expect(tokenOf(await caller.refresh(successor)), 'a repeat is the same bytes').toBe(program.held)
  expect((await caller.refresh(before)).status, 'what is two steps behind gets nothing').toBe(401)
  expect((await caller.verify(program.held)).status, 'and ends nothing').toBe(200)
}

describe('a server that is killed', () => {
  it(`S160: under load goes on with every token that a client got, and never with a second lineage`, {
    timeout: 240_000 + KILLS * 10_000,
  }, async () => {
    const installation = stage.newInstallation()
    const variables = { RINGKEY_PORT: await findFreePort(), RINGKEY_LOG_LEVEL: 'error' }
    let server = await installation.serve({ demo: true, variables })
    const first = createCaller(server.url)
    const programs = [await signIn(first, installation), await signIn(first, installation)] as const
    first.close()
    const revoked: string[] = []
    for (let kill = 0; kill < KILLS; kill += 1) {
      const [before, toEnd] = await signInToEnd(server, installation)
      const signedOut = before.signOut(toEnd).then(
        ({ status }) => status === 200,
        () => false, // nothing was acknowledged
      )
      await killUnderLoad(server, programs, 1 + Math.floor(Math.random() * 4 * PARALLEL))
      if (await signedOut) revoked.push(toEnd)
      before.close()
      server = await installation.serve({ variables })
      const caller = createCaller(server.url)
      for (const program of programs) await expectGoesOn(caller, program)
      for (const token of revoked.slice(-10)) {
        expect((await caller.verify(token)).status, 'what was revoked stays so').toBe(401)
        expect((await caller.refresh(token)).status).toBe(401)
      }
      caller.close()
      expect(server.stderr(), 'nothing is alarmed').toBe('')
    }
  })

  it('S43: has forgotten no sign-out, no ending and no revocation that was acknowledged', async () => {
    const installation = stage.newInstallation()
    const variables = { RINGKEY_PORT: await findFreePort() }
    const server = await installation.serve({ demo: true, variables })
    const { smartflo, servetel } = readDemo(installation)
    const caller = createCaller(server.url)
    const other = createCaller(servetel.baseUrl)
    const [signedOut, ended, kept] = [
      await signIn(caller, installation),
      await signIn(caller, installation),
      await signIn(caller, installation),
    ]
    const ofAccount = tokenOf(await other.signIn(servetel))
    const issued = ['permanent-token', 'issue', 'crm', '--account', smartflo.email, '--application', 'smartflo'] as const
    const { permanentToken, secret } = (await installation.ask(...issued)) as { permanentToken: { id: string }; secret: string }
    expect((await caller.verify(secret)).status).toBe(200)

    await installation.ask('permanent-token', 'revoke', permanentToken.id)
    await installation.ask('session', 'end', JSON.parse((await caller.introspect(smartflo.apiKey, ended.held)).text).sid)
    await installation.ask('account', 'end-sessions', servetel.email, '--tenant', 'servetel')
    expect((await caller.signOut(signedOut.held)).status).toBe(200)
    await server.end('SIGKILL')
    caller.close()
    other.close()

    const again = await installation.serve({ variables })
    const [afterwards, otherAfterwards] = [createCaller(again.url), createCaller(servetel.baseUrl)]
    for (const token of [signedOut.held, ended.held, secret]) expect((await afterwards.verify(token)).status).toBe(401)
    for (const token of [signedOut.held, ended.held]) {
      expect(await afterwards.refresh(token)).toMatchObject({ status: 401, text: expect.stringContaining('blacklisted') })
    }
    expect((await otherAfterwards.verify(ofAccount)).status).toBe(401)
    expect((await otherAfterwards.refresh(ofAccount)).status).toBe(401)
    expect((await afterwards.refresh(kept.held)).status, 'what was not revoked goes on').toBe(200)
    afterwards.close()
    otherAfterwards.close()
  })
})

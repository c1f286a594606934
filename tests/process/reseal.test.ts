/** `key reseal`: another master key. Whatever happens on the way, one of the two opens the whole store. */
import { chmodSync, existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createCaller, tokenOf } from './caller.ts'
import { readDemo } from './demo-settings.ts'
import { findFreePort, type Installation, openStage } from './launch.ts'
import { findProgram, needs } from './required-programs.ts'
import { createVpaasProgram, vpaasTokensOf } from './vpaas-program.ts'
import { signInAt } from './vpaas-visit.ts'

const stage = openStage()

interface Used {
  readonly installation: Installation
  readonly variables: Record<string, string>
  /** Whether all that was made before is honoured, and goes on. */
  expectAllGoesOn(): Promise<void>
}

/** A demo with tokens of each kind of key, stopped. */
async function newUsedInstallation(): Promise<Used> {
  const installation = stage.newInstallation()
  const variables = { RINGKEY_PORT: await findFreePort() }
  const server = await installation.serve({ demo: true, variables })
  const { smartflo, vpaas } = readDemo(installation)
  const [caller, ofVpaas] = [createCaller(server.url), createCaller(vpaas.baseUrl)]
  const program = createVpaasProgram(ofVpaas, vpaas)
  const held = tokenOf(await caller.signIn(smartflo))
  const lost = tokenOf(await caller.refresh(held))
  const { authCode } = await signInAt(await program.startLogin(), vpaas)
  let tokens = vpaasTokensOf(await program.exchange(authCode))
  const described = (await program.askWhose(tokens.accessToken)).text
  for (const one of [caller, ofVpaas]) one.close()
  await server.end('SIGTERM')
  return {
    installation,
    variables,
    async expectAllGoesOn() {
      const again = await installation.serve({ demo: true, variables })
      const [afterwards, ofVpaasAfterwards] = [createCaller(again.url), createCaller(vpaas.baseUrl)]
      const programAfterwards = createVpaasProgram(ofVpaasAfterwards, vpaas)
      expect((await afterwards.verify(held)).status).toBe(200)
      expect(tokenOf(await afterwards.refresh(held)), 'a repeat is the same bytes').toBe(lost)
      expect((await programAfterwards.askWhose(tokens.accessToken)).text, 'under the same name').toBe(described)
      tokens = vpaasTokensOf(await programAfterwards.refresh(tokens.refreshToken))
      for (const one of [afterwards, ofVpaasAfterwards]) one.close()
      await again.end('SIGTERM')
    },
  }
}

it('S156: after a change of the master key the old one opens nothing, the new one all, and all tokens go on', async () => {
  const { installation, expectAllGoesOn } = await newUsedInstallation()
  const newKeyFile = join(stage.newFolder(), 'new-master.key')
  const { keys, madeFile } = await installation.ask('key', 'reseal', '--new-key-file', newKeyFile)
  expect(keys).toBeGreaterThan(4)
  expect(madeFile).toBe(true)
  expect((statSync(newKeyFile).mode & 0o777).toString(8)).toBe('600')
  const old = await installation.run(['serve'], { variables: { RINGKEY_PORT: '0' } })
  expect(old).toMatchObject({ code: 9, stderr: expect.stringContaining('not the one') })
  renameSync(newKeyFile, join(installation.dataDir, 'master.key'))
  await expectAllGoesOn()
  expect((await installation.run(['audit', 'list'])).stdout).toContain('keys.resealed')
})

it('S156: while a server runs, alone or as workers, the master key is not changed, and the server goes on', async () => {
  const installation = stage.newInstallation()
  const newKeyFile = join(stage.newFolder(), 'new-master.key')
  const RINGKEY_PORT = await findFreePort()
  for (const workers of [1, 2]) {
    const server = await installation.serve({ demo: true, workers, variables: { RINGKEY_PORT } })
    const caller = createCaller(server.url)
    const held = tokenOf(await caller.signIn(readDemo(installation).smartflo))
    const refused = await installation.run(['key', 'reseal', '--new-key-file', newKeyFile])
    expect(refused).toMatchObject({ code: 9, stderr: expect.stringContaining('A server runs') })
    expect(existsSync(newKeyFile)).toBe(false)
    tokenOf(await caller.refresh(held))
    caller.close()
    await server.end('SIGTERM')
  }
  expect((await installation.run(['tenant', 'list'])).code).toBe(0)
})

it('S156: a new key that is none, or that others may read, changes nothing', async () => {
  const installation = stage.newInstallation()
  expect((await installation.run(['init', '--doors', 'smartflo'])).code).toBe(0)
  const newKeyFile = join(stage.newFolder(), 'new-master.key')
  for (const [content, mode] of [
    ['short', 0o600],
    ['', 0o600],
    [Buffer.alloc(32, 7).toString('base64url'), 0o644],
  ] as const) {
    writeFileSync(newKeyFile, content)
    chmodSync(newKeyFile, mode)
    const { code, stderr } = await installation.run(['key', 'reseal', '--new-key-file', newKeyFile])
    expect({ code, hasStack: /\n\s+at /.test(stderr) }, stderr).toEqual({ code: 9, hasStack: false })
    expect(readFileSync(newKeyFile, 'utf8')).toBe(content)
  }
  expect((await installation.run(['tenant', 'list'])).code).toBe(0)
})

it.for([1, 2, 4, 8, 12])(
  'S156, S159: killed at write %i to the database, it leaves a store that one of the two keys opens, whole',
  async (nth, context) => {
    const strace = findProgram('strace')
    needs(context, strace, 'strace')
    const { installation, expectAllGoesOn } = await newUsedInstallation()
    const newKeyFile = join(stage.newFolder(), 'new-master.key')
    const file = join(installation.dataDir, 'ringkey.sqlite-wal')
    const inject = ['-e', 'trace=pwrite64', '-e', `inject=pwrite64:signal=SIGKILL:when=${nth}`, '-P', file]
    const { code } = await installation.run(['key', 'reseal', '--new-key-file', newKeyFile], {
      under: [strace ?? '', '-D', '-f', '-qq', '-o', '/dev/null', ...inject],
    })
    expect(code, 'it was killed').toBe(null)
    const isOld = (await installation.run(['tenant', 'list'])).code === 0
    expect(existsSync(newKeyFile), 'the new key is there before anything is sealed under it').toBe(true)
    if (isOld) {
      const withNew = await installation.run(['tenant', 'list'], { variables: { RINGKEY_MASTER_KEY_FILE: newKeyFile } })
      expect(withNew.code).toBe(9)
    } else renameSync(newKeyFile, join(installation.dataDir, 'master.key'))
    await expectAllGoesOn()
  },
)

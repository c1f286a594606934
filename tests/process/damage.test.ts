/** What lies in the data directory was changed by the disk or by another hand: that is refused, and never a wrong answer. */
import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { describe, expect, it } from 'vitest'
import { createCaller, tokenOf } from './caller.ts'
import { readDemo } from './demo-settings.ts'
import { findFreePort, type Installation, openStage, untilFound } from './launch.ts'

const stage = openStage()

async function begin() {
  const installation = stage.newInstallation()
  const variables = { RINGKEY_PORT: await findFreePort() }
  const server = await installation.serve({ demo: true, variables })
  return { installation, variables, server, caller: createCaller(server.url), demo: readDemo(installation) }
}

function change(installation: Installation, sql: string): void {
  const database = new DatabaseSync(join(installation.dataDir, 'ringkey.sqlite'), { timeout: 5000 })
  database.exec(sql)
  database.close()
}

describe('a sealed key', () => {
  it('S159, S174: of which a byte was flipped stops its tenant and no other, and the start says which key it is', async () => {
    const { installation, variables, server, caller, demo } = await begin()
    const held = tokenOf(await caller.signIn(demo.smartflo))
    const other = createCaller(demo.servetel.baseUrl)
    const ofOther = tokenOf(await other.signIn(demo.servetel))
    await server.end('SIGTERM')
    change(
      installation,
      `update signing_keys set sealed_secret = cast(substr(sealed_secret, 1, 20) || x'00ff' || substr(sealed_secret, 23) as blob)
        where purpose = 'self-refreshing' and tenant_id = (select id from tenants where is_default)`,
    )
    const again = await installation.serve({ variables })
    const told = () =>
      again
        .stderr()
        .split('\n')
        .filter((line) => line.includes('key.damaged'))
    await untilFound(() => told().length > 0 || undefined)
    const damaged = told()
    expect(damaged.map((line) => JSON.parse(line))).toMatchObject([{ level: 'error', purpose: 'self-refreshing' }])
    expect((await caller.verify(held)).status, 'a gateway lets nobody in').toBe(403)
    for (const answer of [await caller.refresh(held), await caller.signIn(demo.smartflo)]) {
      expect(answer.status).toBe(500)
      expect(answer.text).not.toMatch(/sealed|key/i)
    }
    expect((await other.verify(ofOther)).status).toBe(200)
    tokenOf(await other.refresh(ofOther))
    for (const one of [caller, other]) one.close()
  })
})

describe('a session’s row', () => {
  it('S159: of which the secret was changed, or the count was turned back, is refused; its neighbours go on', async () => {
    const { installation, server, caller, demo } = await begin()
    const [first, second, whole] = await Promise.all([1, 2, 3].map(() => caller.signIn(demo.smartflo)))
    if (first === undefined || second === undefined || whole === undefined) throw new Error('no answer')
    const sidOf = async (token: string) => JSON.parse((await caller.introspect(demo.smartflo.apiKey, token)).text).sid
    const advanced = tokenOf(await caller.refresh(tokenOf(await caller.refresh(tokenOf(second)))))
    change(installation, `update sessions set secret = zeroblob(length(secret)) where id = '${await sidOf(tokenOf(first))}'`)
    change(installation, `update sessions set generation = 0 where id = '${await sidOf(advanced)}'`)
    expect((await caller.refresh(tokenOf(first))).status).toBe(401)
    const turnedBack = await caller.refresh(advanced)
    expect(turnedBack.status).toBe(503)
    expect(Number(turnedBack.headers['retry-after'])).toBeGreaterThan(0)
    await untilFound(() => server.stderr().includes('store.commits_lost') || undefined)
    tokenOf(await caller.refresh(tokenOf(whole)))
    caller.close()
  })
})

describe('the write-ahead log', () => {
  it.each([
    ['cut off in its middle', (file: string, middle: number) => truncateSync(file, middle + 7)],
    [
      'with flipped bytes in its middle',
      (file: string, middle: number) => {
        const bytes = readFileSync(file)
        bytes.fill(0xa5, middle, middle + 64)
        writeFileSync(file, bytes)
      },
    ],
  ])('S173: %s takes back what came after; a token that is newer is answered 503, and alarmed', async (_, damage) => {
    const { installation, variables, server, caller, demo } = await begin()
    const early = tokenOf(await caller.signIn(demo.smartflo))
    let held = tokenOf(await caller.signIn(demo.smartflo))
    const log = join(installation.dataDir, 'ringkey.sqlite-wal')
    const signedInAt = statSync(log).size
    for (let step = 0; step < 200; step += 1) held = tokenOf(await caller.refresh(held))
    await server.end('SIGKILL')
    damage(log, Math.floor((signedInAt + statSync(log).size) / 2))
    const again = await installation.serve({ variables })
    tokenOf(await caller.refresh(early))
    const { status, headers } = await caller.refresh(held)
    expect(status).toBe(503)
    expect(Number(headers['retry-after'])).toBeGreaterThan(0)
    await untilFound(() => again.stderr().includes('store.commits_lost') || undefined)
    caller.close()
  })
})

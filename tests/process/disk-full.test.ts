/** A disk without space: whoever wants something written is told to come again, all else goes on, and space is all that it takes. */
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { type Answer, createCaller, tokenOf } from './caller.ts'
import { readDemo } from './demo-settings.ts'
import { openStage, untilFound } from './launch.ts'
import { needsMounts } from './required-programs.ts'
import { createVpaasProgram, vpaasTokensOf } from './vpaas-program.ts'
import { signInAt } from './vpaas-visit.ts'

const stage = openStage()
/** A program behind a file system of its own that is this small. */
const onSmallDisk = (folder: string) => ['unshare', '-m', 'sh', '-c', `mount -t tmpfs -o size=3m none '${folder}' && exec "$@"`, 'sh']

/** Takes what space there is, to the last page. */
function fill(file: string): void {
  const descriptor = openSync(file, 'w')
  const page = Buffer.alloc(4096, 1)
  try {
    while (writeSync(descriptor, page) === page.length) {
      // There is more.
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
  } finally {
    closeSync(descriptor)
  }
}

function expectComeAgain({ status, headers, text }: Answer, body: unknown): void {
  expect({ status, body: JSON.parse(text) }).toEqual({ status: 503, body })
  expect(Number(headers['retry-after'])).toBeGreaterThan(0)
}

it('S164: a full disk is answered 503 in each door’s own words, checks go on, and with space the server is well again by itself', async (context) => {
  needsMounts(context)
  const installation = stage.newInstallation()
  const folder = dirname(installation.dataDir)
  const server = await installation.serve({ demo: true, under: onSmallDisk(folder) })
  const seen = (path: string) => join(`/proc/${server.pid}/root`, path)
  const { smartflo, servetel, voipex, vpaas } = readDemo({ dataDir: seen(installation.dataDir) })
  const [caller, ofServetel, ofVoipex, ofVpaas] = [smartflo, servetel, voipex, vpaas].map(({ baseUrl }) => createCaller(baseUrl))
  if (caller === undefined || ofServetel === undefined || ofVoipex === undefined || ofVpaas === undefined) throw new Error('no door')
  const token = (fields: Record<string, string>) =>
    ofVoipex.call('/token', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ client_id: voipex.clientId, ...fields }).toString(),
    })
  const program = createVpaasProgram(ofVpaas, vpaas)
  const { authCode } = await signInAt(await program.startLogin(), vpaas)
  const held = {
    smartflo: await Promise.all(Array.from({ length: 5 }, () => caller.signIn(smartflo).then(tokenOf))),
    servetel: tokenOf(await ofServetel.signIn(servetel)),
    voipex: JSON.parse((await token({ grant_type: 'password', username: voipex.username, password: voipex.password })).text),
    vpaas: vpaasTokensOf(await program.exchange(authCode)),
  }
  const [first = ''] = held.smartflo
  expect((await program.askWhose(held.vpaas.accessToken)).status, 'the key of pseudonyms is made at its first use').toBe(200)

  fill(seen(join(folder, 'filler')))
  const refused = await untilFound(async () => {
    const answer = await caller.refresh(held.smartflo[1] ?? '')
    if (answer.status !== 200) return answer
    held.smartflo[1] = tokenOf(answer) // what was acknowledged is kept, here too
    return undefined
  })
  expectComeAgain(refused, { message: 'Service Unavailable' })
  expectComeAgain(await caller.signIn(smartflo), { message: 'Service Unavailable' })
  expectComeAgain(await caller.signOut(first), { message: 'Service Unavailable' })
  expectComeAgain(await ofServetel.refresh(held.servetel), { message: 'Service Unavailable' })
  const ofKeycloak = { error: 'temporarily_unavailable', error_description: 'Ask again later' }
  expectComeAgain(await token({ grant_type: 'refresh_token', refresh_token: held.voipex.refresh_token }), ofKeycloak)
  const ofTelekom = await program.refresh(held.vpaas.refreshToken)
  expect(JSON.parse(ofTelekom.text)).toMatchObject({ error: 'unavailable' })
  expectComeAgain(ofTelekom, JSON.parse(ofTelekom.text))
  expect((await caller.call('/readyz')).status).toBe(503)
  expect((await caller.call('/livez')).status).toBe(200)

  for (const one of held.smartflo) expect((await caller.verify(one)).status).toBe(200)
  expect(JSON.parse((await caller.introspect(smartflo.apiKey, first)).text)).toMatchObject({ active: true })
  expect((await program.askWhose(held.vpaas.accessToken)).status).toBe(200)

  rmSync(seen(join(folder, 'filler')))
  for (const one of held.smartflo) tokenOf(await caller.refresh(one))
  tokenOf(await ofServetel.refresh(held.servetel))
  expect((await token({ grant_type: 'refresh_token', refresh_token: held.voipex.refresh_token })).status).toBe(200)
  vpaasTokensOf(await program.refresh(held.vpaas.refreshToken))
  tokenOf(await caller.signIn(smartflo))
  expect((await caller.signOut(first)).status).toBe(200)
  await untilFound(async () => (await caller.call('/readyz')).status === 200 || undefined)
  for (const one of [caller, ofServetel, ofVoipex, ofVpaas]) one.close()
  expect((await server.end('SIGTERM')).code).toBe(0)
})

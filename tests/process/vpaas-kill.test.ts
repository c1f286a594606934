/** A VPaaS login whose server is killed in the middle: a code is good once, before and after, and never twice. */
import { describe, expect, it } from 'vitest'
import { createCaller } from './caller.ts'
import { readDemo } from './demo-settings.ts'
import { findFreePort, openStage } from './launch.ts'
import { createVpaasProgram, vpaasTokensOf } from './vpaas-program.ts'
import { signInAt } from './vpaas-visit.ts'

const stage = openStage()

describe('a server that is killed', () => {
  it('S170: in the middle of a login takes its code afterwards, once; a second use ends what came of the first, after another kill too', async () => {
    const installation = stage.newInstallation()
    const variables = { RINGKEY_PORT: await findFreePort() }
    const begin = async (demo: boolean) => {
      const server = await installation.serve({ demo, variables })
      const { vpaas } = readDemo(installation)
      const caller = createCaller(vpaas.baseUrl)
      const kill = async () => {
        await server.end('SIGKILL')
        caller.close()
      }
      return { person: vpaas, program: createVpaasProgram(caller, vpaas), kill, close: () => caller.close() }
    }

    const first = await begin(true)
    const location = await first.program.startLogin()
    const { authCode } = await signInAt(location, first.person)
    await first.kill()

    const second = await begin(false)
    const tokens = vpaasTokensOf(await second.program.exchange(authCode))
    expect((await second.program.askWhose(tokens.accessToken)).status).toBe(200)
    await second.kill()

    const third = await begin(false)
    expect((await third.program.askWhose(tokens.accessToken)).status, 'what was exchanged is kept').toBe(200)
    const again = await third.program.exchange(authCode)
    expect({ status: again.status, body: JSON.parse(again.text) }).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    expect((await third.program.askWhose(tokens.accessToken)).status, 'the session has ended').toBe(401)
    expect((await third.program.refresh(tokens.refreshToken)).status).toBe(400)
    third.close()
  })
})

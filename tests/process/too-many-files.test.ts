/** A process that may open no more files takes no more connections for a while, and is well when there are fewer. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect, it } from 'vitest'
import { createCaller, tokenOf } from './caller.ts'
import { readDemo } from './demo-settings.ts'
import { openStage, untilFound } from './launch.ts'

const stage = openStage()
const LIMIT = 64

it.for([1, 2])(
  'S165: with %i processes it goes on with the connections that it has, and takes others when some have gone',
  async (workers) => {
    const installation = stage.newInstallation()
    const under = ['sh', '-c', `ulimit -n ${LIMIT}; exec "$@"`, 'sh']
    const server = await installation.serve({ demo: true, ...(workers > 1 ? { workers } : {}), under })
    const caller = createCaller(server.url)
    let held = tokenOf(await caller.signIn(readDemo(installation).smartflo))
    const { port } = new URL(server.url)
    const flood: Socket[] = []
    for (let count = 0; count < workers * LIMIT * 2; count += 1) {
      const socket = connect(Number(port), '127.0.0.1')
      socket.on('error', () => {}) // it may be closed at once
      flood.push(socket)
      await once(socket, 'connect') // by the kernel, whether or not the process takes it
    }
    for (let step = 0; step < 20; step += 1) held = tokenOf(await caller.refresh(held))
    for (const socket of flood) socket.destroy()
    await untilFound(async () => {
      const another = createCaller(server.url)
      const answer = await another.verify(held).catch(() => undefined)
      another.close()
      return answer?.status === 200 || undefined
    })
    tokenOf(await caller.refresh(held))
    caller.close()
    expect(server.stderr()).not.toMatch(/"level":"error"/)
    expect((await server.end('SIGTERM')).code).toBe(0)
  },
)

/** `npm run dev`: the demo, built and started again at every change. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import * as esbuild from 'esbuild'
import { BUILD_OPTIONS, PROGRAM, writeProgram } from './build.mjs'

/** @type {import('node:child_process').ChildProcess | undefined} */
let server

async function restart() {
  if (server !== undefined && server.exitCode === null && server.signalCode === null) {
    const gone = once(server, 'exit')
    server.kill('SIGTERM')
    await gone
  }
  server = spawn(process.execPath, ['--enable-source-maps', PROGRAM, 'serve', '--demo', ...process.argv.slice(2)], { stdio: 'inherit' })
}

/** @type {esbuild.Plugin} */
const restarting = {
  name: 'restarting',
  setup(build) {
    build.onEnd(async (result) => {
      if (result.errors.length > 0) return
      await writeProgram(/** @type {Parameters<typeof writeProgram>[0]} */ (result))
      await restart()
    })
  },
}

const context = await esbuild.context({ ...BUILD_OPTIONS, logLevel: 'info', plugins: [restarting] })
await context.watch()
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.once(signal, async () => {
    server?.kill('SIGTERM')
    await context.dispose()
  })
}

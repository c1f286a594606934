/** `npm start`: builds, then is the demo. One process, so that a signal to it reaches the server. */
import { buildOrReport, PROGRAM } from './build.mjs'

if (await buildOrReport()) {
  process.argv.splice(1, 1, PROGRAM, 'serve', '--demo')
  await import(PROGRAM)
}

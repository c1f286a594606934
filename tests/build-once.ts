import { build } from '../scripts/build.mjs'

/** Several tests start the built program; it is built once, before them all. Without it the others can still run. */
export async function setup(): Promise<void> {
  await build().catch((error: unknown) => {
    process.stderr.write(`The program was not built, and the tests that start it will fail: ${String(error)}\n`)
  })
}

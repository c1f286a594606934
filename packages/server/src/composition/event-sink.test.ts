import { pbkdf2 } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, expect, test } from 'vitest'
import { createLog } from './event-sink.ts'

const folders: string[] = []
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true })
})

/** Holds each thread that could write, for a moment. */
function keepThreadsBusy(): Promise<unknown> {
  return Promise.all(Array.from({ length: 16 }, () => promisify(pbkdf2)('busy', 'salt', 50_000, 32, 'sha256')))
}

test('what is flushed is written in the order in which it was said', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ringkey-log-'))
  folders.push(folder)
  const dest = join(folder, 'log')
  const { logger, flush } = createLog('info', { dest })
  logger.info({ event: 'first' })
  await flush()
  const busy = keepThreadsBusy()
  for (const event of ['second', 'third', 'last']) logger.info({ event })
  await flush()
  const lines = (await readFile(dest, 'utf8')).trimEnd().split('\n')
  expect(lines.map((line) => JSON.parse(line).event)).toEqual(['first', 'second', 'third', 'last'])
  await busy
})

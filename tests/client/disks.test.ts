/** Disks that cannot be written: nothing is asked of the platform, nobody gets a token, and all goes on when they can. */
import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { furnishForPasswords } from '../../packages/server/src/http/testing/furnish-for-passwords.ts'
import { openServedHouse, type ServedHouse } from '../../packages/server/src/testing/served-house.ts'
import { needsMounts } from '../process/required-programs.ts'
import { type ClientProcess, startClient } from './client-process.ts'

let server: ServedHouse
let given: Record<string, string>
const requests: string[] = []
const folders: string[] = []
beforeAll(async () => {
  server = await openServedHouse({ observe: ({ route, status }) => void requests.push(`${route} ${status}`) })
  given = await furnishForPasswords(server.house, { tenant: 'disks', door: 'smartflo', issuer: 'http://127.0.0.1' })
})
afterAll(async () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  await server.stop()
})
beforeEach(() => {
  requests.length = 0
})

/** A client that has signed in, whose files are on a small disk of its own. */
async function startOnSmallDisk(): Promise<{ client: ClientProcess; folder: string; pid: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'ringkey-disk-'))
  folders.push(folder)
  const { email = '', password = '' } = given
  const client = await startClient({
    platform: 'smartflo',
    credentials: { email, password },
    folder: join(folder, 'ringkey'),
    offsetMs: 1,
    options: { baseUrl: `http://127.0.0.1:${server.port}/t/disks` },
    under: ['unshare', '-m', 'sh', '-c', `mount -t tmpfs -o size=64k none '${folder}' && exec "$@"`, 'sh'],
  })
  expect(await ask(client)).toMatchObject({ failures: [] })
  client.say('later')
  return { client, folder, pid: client.process.pid ?? 0 }
}

function ask(client: ClientProcess) {
  client.say('herd 5')
  return client.hear()
}

/** Takes what space there is. */
function fill(file: string): void {
  const descriptor = openSync(file, 'w')
  try {
    while (writeSync(descriptor, Buffer.alloc(4096, 1)) === 4096);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
  } finally {
    closeSync(descriptor)
  }
}

describe('a disk', () => {
  it('that is full: no request, no token, and with space one renewal', async (context) => {
    needsMounts(context)
    const { client, folder, pid } = await startOnSmallDisk()
    const ballast = join(`/proc/${pid}/root`, folder, 'ballast')
    fill(ballast)
    const refused = await ask(client)
    expect(refused?.values).toEqual([])
    expect(refused?.failures).toEqual([expect.stringMatching(/^store_unavailable: .*ENOSPC.* Make room on the disk\.$/)])
    expect(requests).toEqual(['/v1/auth/login 200'])
    rmSync(ballast)
    expect(await ask(client)).toMatchObject({ failures: [] })
    expect(requests).toEqual(['/v1/auth/login 200', '/v1/auth/refresh 200'])
    await client.kill()
  })

  it('that is read-only: no request, no token, and when it can be written one renewal', async (context) => {
    needsMounts(context)
    const { client, folder, pid } = await startOnSmallDisk()
    const remount = (mode: string) => execFileSync('nsenter', ['-t', String(pid), '-m', 'mount', '-o', `remount,${mode}`, folder])
    remount('ro')
    const refused = await ask(client)
    expect(refused?.values).toEqual([])
    expect(refused?.failures).toEqual([expect.stringMatching(/^store_unavailable: .*EROFS.*read-only/)])
    expect(requests).toEqual(['/v1/auth/login 200'])
    remount('rw')
    expect(await ask(client)).toMatchObject({ failures: [] })
    expect(requests).toEqual(['/v1/auth/login 200', '/v1/auth/refresh 200'])
    await client.kill()
  })
})

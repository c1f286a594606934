import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { RotatingServer } from './rotating-server.ts'

export const PEERS = ['ringkey', 'simple-oauth2', 'google-auth-library', '@aws-sdk/token-providers'] as const
export type Peer = (typeof PEERS)[number]

export interface HerdSize {
  readonly processes: number
  readonly tasks: number
}

export interface Wakening {
  /** At the token endpoint. */
  readonly calls: number
  /** Tasks that got no token. */
  readonly failures: number
  /** The server has ended the session: somebody has to sign in again. */
  readonly isSessionLost: boolean
  /** From the word to begin until the last process is done. */
  readonly ms: number
}

const MEMBER = fileURLToPath(new URL('member.mjs', import.meta.url))
/** Of one that hangs. */
const LIFE_MS = 120_000

/** All processes of one herd, on one session and in one folder, begin at once. */
export async function wakeHerd(peer: Peer, { processes, tasks }: HerdSize, server: RotatingServer): Promise<Wakening> {
  const folder = mkdtempSync(join(tmpdir(), 'ringkey-herd-bench-'))
  const members: Member[] = []
  try {
    const orders = { peer, tasks, url: server.url, refreshToken: server.signIn(), folder }
    for (let member = 0; member < processes; member += 1) members.push(startMember(orders))
    for (const member of members) await member.hear()
    const startedAt = performance.now()
    for (const { child } of members) child.stdin?.write('go\n')
    const got = await Promise.all(members.map(async (member) => Number(await member.hear())))
    const ms = performance.now() - startedAt
    const failures = processes * tasks - got.reduce((sum, each) => sum + each, 0)
    return { calls: server.calls(), failures, isSessionLost: !server.goesOn(), ms }
  } finally {
    for (const { child } of members) child.kill('SIGKILL')
    await Promise.all(members.map(({ gone }) => gone))
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Member {
  readonly child: ChildProcess
  readonly gone: Promise<unknown>
  /** @throws Error if it has ended */
  hear(): Promise<string>
}

function startMember(orders: { readonly folder: string } & Readonly<Record<string, unknown>>): Member {
  const child = spawn(process.execPath, [MEMBER], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // Some look for what they keep below the home folder.
    env: { PATH: process.env.PATH, HOME: orders.folder, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    timeout: LIFE_MS,
    killSignal: 'SIGKILL',
  })
  const gone = once(child, 'close')
  child.stdin.on('error', () => {}) // it may have ended
  child.stdin.write(`${JSON.stringify(orders)}\n`)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const hear = async () => {
    const { value, done } = await lines.next()
    if (done) throw new Error(`a member of the herd has ended: ${JSON.stringify(orders)}`)
    return value
  }
  return { child, gone, hear }
}

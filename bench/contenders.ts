/** Sets both servers up in a folder and starts them. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { PROGRAM } from '../scripts/build.mjs'
import type { Cores } from './machine.ts'
import { PASSWORD } from './requests.ts'
import { type Server, startBareServer, startRingkey } from './servers.ts'

export interface Contender {
  readonly server: Server
  /** For introspection. */
  readonly apiKey: string
}

export interface Contenders {
  readonly ringkey: Contender
  readonly bare: Contender
  stop(): Promise<void>
}

/** Equal sign-ins that are under way together cost Ringkey one hash, so each connection that signs in has an account of its own. */
export const ACCOUNTS = ['ann', 'bob', 'cid', 'dot'].map((name) => `${name}@voice.example`)

export async function startContenders(folder: string, cores: Cores | undefined): Promise<Contenders> {
  const dataDir = join(folder, 'ringkey')
  const apiKey = await fillDataDirectory(dataDir)
  const ringkey = await startRingkey(dataDir, cores)
  const bare = await startBareServer(join(folder, 'bare.sqlite'), cores).catch(async (error: unknown) => {
    await ringkey.stop()
    throw error
  })
  return {
    ringkey: { server: ringkey, apiKey },
    bare: { server: bare, apiKey: 'any' },
    stop: async () => void (await Promise.all([ringkey.stop(), bare.stop()])),
  }
}

/** As an operator would. @returns the API key of an application that may ask about tokens */
async function fillDataDirectory(dataDir: string): Promise<string> {
  const command = (...args: string[]) => runCommand(dataDir, args)
  await command('init', '--doors', 'smartflo')
  await command('organisation', 'create', 'Switchboard')
  for (const account of ACCOUNTS) await command('account', 'create', account, '--organisation', 'Switchboard', '--password-stdin')
  await command('application', 'create', 'gateway', '--door', 'smartflo', '--type', 'confidential', '--checks', 'tenant')
  return command('apikey', 'create', 'bench', '--application', 'gateway')
}

/** Gives the password to whoever asks for one. @returns what it printed, without the line's end */
async function runCommand(dataDir: string, args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { PATH: process.env.PATH, RINGKEY_DATA_DIR: dataDir },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve))
  child.stdin.on('error', () => {}).end(`${PASSWORD}\n`) // most commands do not read it
  const [printed, complaints] = await Promise.all([text(child.stdout), text(child.stderr)])
  if ((await exit) !== 0) throw new Error(`ringkey ${args.join(' ')}: ${complaints}`)
  return printed.trim()
}

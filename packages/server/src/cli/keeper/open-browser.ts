/**
 * Opens an address in the person's browser, where there is a person and a browser: at a terminal, not in CI, and on a machine that shows something.
 *
 * The address is an argument of the program that opens it, and other users of the machine may see it there. It holds nothing that signs anybody
 * in: who opens it has to sign in, the code that comes of it is exchanged with the API key or the verifier, and `state` ends with the
 * sign-in. `--no-browser` is for those who do not want even that.
 */
import { spawn } from 'node:child_process'
import type { KeeperDeps } from './keeper-deps.ts'

type Open = (address: string) => void

/** @returns undefined where nobody would see a browser */
export function findBrowser(deps: KeeperDeps): Open | undefined {
  const { streams, variables, platform = process.platform } = deps
  const isAttended = streams.stdin.isTTY === true && streams.stdout.isTTY === true && !isSet(variables().CI)
  return isAttended && hasScreen(platform, variables()) ? (address) => open(deps, openerOf(platform), address) : undefined
}

function isSet(variable: string | undefined): boolean {
  return variable !== undefined && !['', '0', 'false'].includes(variable)
}

/** Over SSH the browser would open where nobody sits, unless windows come along. */
function hasScreen(platform: NodeJS.Platform, variables: ReturnType<KeeperDeps['variables']>): boolean {
  if (isSet(variables.DISPLAY) || isSet(variables.WAYLAND_DISPLAY)) return true
  const isRemote = isSet(variables.SSH_CONNECTION) || isSet(variables.SSH_TTY)
  return (platform === 'darwin' || platform === 'win32') && !isRemote
}

/** `start` of Windows is a word of its shell, which reads `&` in an address as the end of a command. */
export function openerOf(platform: NodeJS.Platform): readonly [string, ...string[]] {
  if (platform === 'darwin') return ['open']
  return platform === 'win32' ? ['rundll32', 'url.dll,FileProtocolHandler'] : ['xdg-open']
}

/** Without a shell, and without waiting for a browser that stays. */
function open({ streams, environmentOfChild }: KeeperDeps, [program, ...args]: readonly [string, ...string[]], address: string): void {
  const { protocol, href } = new URL(address)
  if (protocol !== 'https:' && protocol !== 'http:') return
  const complain = (why: string) => streams.stderr.write(`No browser could be opened (${why}). Open the address yourself.\n`)
  const child = spawn(program, [...args, href], { stdio: 'ignore', detached: true, env: environmentOfChild({}) })
  child.on('error', ({ code }: NodeJS.ErrnoException) => complain(`${program}: ${code ?? 'unknown error'}`))
  child.on('exit', (code) => {
    if (code !== null && code !== 0) complain(`${program} ended with ${code}`)
  })
  child.unref()
}

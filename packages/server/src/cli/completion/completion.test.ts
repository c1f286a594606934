/** The words of the table, and the shells themselves completing with the scripts. One that is not installed is left out, but not in CI. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findProgram, needs } from '../../../../../tests/process/required-programs.ts'
import { addCommands } from '../program.ts'
import { ringkey } from '../testing/cli-bench.ts'
import { readCommandTable, type Shell } from './command-table.ts'

const PROGRAM = addCommands(
  new Command('ringkey').version(''),
  async () => undefined,
  async () => undefined,
)

let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ringkey-completion-test-'))
  for (const shell of ['bash', 'zsh', 'fish']) {
    const ran = await ringkey(['completion', shell])
    expect(ran).toMatchObject({ exit: 0, err: '' })
    writeFileSync(join(folder, shell), ran.out)
  }
})
/** What is kept of two sign-ins, with texts in it that only look like a name. */
function keepSignIns(home: string): void {
  mkdirSync(home, { recursive: true })
  const signIn = { platform: 'smartflo', email: 'a":{"platform', secret: '"decoy":{"platform":"x"}' }
  const write = (revision: number, names: readonly string[]) => {
    const signIns = Object.fromEntries(names.map((name) => [name, signIn]))
    writeFileSync(join(home, `sign-ins~${revision}`), JSON.stringify({ v: 1, signIns }), { mode: 0o600 })
  }
  write(9, ['gone'])
  write(10, ['work', 'smartflo', 'play.2'])
  writeFileSync(join(home, 'sign-ins.tmp-1'), JSON.stringify({ v: 1, signIns: { unfinished: signIn } }))
  writeFileSync(join(home, 'sign-ins~x'), JSON.stringify({ v: 1, signIns: { strange: signIn } }))
}
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What the shell offers at the end of a line, of which the last word may be empty. */
const completers: { readonly [S in Shell]: (words: readonly string[]) => string } = {
  bash: (words) => `source '${folder}/bash'; COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})
    COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _ringkey; printf '%s\\n' "\${COMPREPLY[@]}"`,
  zsh: (words) => `compdef() { :; }; compadd() { shift; print -l -- \${(M)@:#\${words[CURRENT]}*}; }; _files() { :; }
    source '${folder}/zsh'; words=(${words.map((word) => `'${word}'`).join(' ')}); CURRENT=\${#words}; _ringkey`,
  fish: (words) => `source '${folder}/fish'; complete -C '${words.join(' ')}'`,
}

function complete(shell: Shell, line: string, home = join(folder, 'nothing')): string[] {
  const { status, stdout, stderr } = spawnSync(shell, ['-c', completers[shell](line.split(' '))], {
    encoding: 'utf8',
    cwd: folder,
    env: { ...process.env, RINGKEY_HOME: home },
  })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  const offered = stdout.split('\n').map((each) => each.replace(/\t.*$/, ''))
  return [...new Set(offered)].filter((each) => each !== '' && !['bash', 'zsh', 'fish'].includes(each)).sort()
}

describe.each(['bash', 'zsh', 'fish'] as const)('completion in %s', (shell) => {
  it.for<[string, string[]]>([
    ['ringkey tok', ['token']],
    ['ringkey sess', ['session']],
    ['ringkey login s', ['servetel', 'smartflo']],
    ['ringkey login --as tenant v', ['voipex', 'vpaas']],
    ['ringkey tenant cr', ['create']],
    ['ringkey tenant create --hos', ['--host-name']],
    ['ringkey tenant create --j', ['--json']],
    ['ringkey --data-dir token tok', ['token']],
    ['ringkey application create x --checks o', ['own']],
    ['ringkey exec smartflo -- tok', []],
    ['ringkey exec smartflo -- --var', []],
    ['ringkey login smartflo --api-k', []],
    ['ringkey doctor --s', ['--server']],
  ])('%s', ([line, offered], context) => {
    needs(context, findProgram(shell), shell)
    expect(complete(shell, line)).toEqual(offered)
  })

  it('offers the names of the sign-ins that are kept, once', (context) => {
    needs(context, findProgram(shell), shell)
    const home = join(folder, 'kept in a folder')
    keepSignIns(home)
    const names = (line: string) => complete(shell, line, home).filter((word) => !word.startsWith('-'))
    for (const command of ['token', 'header', 'call', 'exec', 'status', 'whoami', 'logout']) {
      expect(names(`ringkey ${command} `), command).toEqual(['play.2', 'smartflo', 'work'])
    }
    expect(names('ringkey --data-dir x token --min-validity 5 wo')).toEqual(['work'])
    expect(names('ringkey call work ')).not.toContain('work')
    expect(names('ringkey tenant ')).not.toContain('work')
    expect(names('ringkey token --min-validity ')).not.toContain('work')
    const below = join(folder, 'state')
    keepSignIns(join(below, 'ringkey'))
    const { XDG_STATE_HOME: before } = process.env
    process.env.XDG_STATE_HOME = below
    expect(complete(shell, 'ringkey token w', '')).toEqual(['work'])
    if (before === undefined) delete process.env.XDG_STATE_HOME
    else process.env.XDG_STATE_HOME = before
  })

  it('offers every verb of every noun', (context) => {
    needs(context, findProgram(shell), shell)
    for (const { path, words } of readCommandTable(PROGRAM).rows) {
      const verbs = words.filter((word) => !word.startsWith('-')).sort()
      if (verbs.length === 0) continue
      const offered = complete(shell, `${['ringkey', path].join(' ').trim()} `).filter((word) => !word.startsWith('-'))
      expect(offered, path).toEqual(verbs.filter((word) => !['bash', 'zsh', 'fish'].includes(word)))
    }
  })
})

it('bash is there, so that one of the three is always tried', () => {
  expect(findProgram('bash')).toBeDefined()
})

it('another shell is code 2', async () => {
  expect(await ringkey(['completion', 'tcsh'])).toMatchObject({ exit: 2, out: '', err: expect.stringContaining('bash, zsh, fish') })
})

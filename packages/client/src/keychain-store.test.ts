import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { keychainStore } from './keychain-store.ts'
import { storeContract } from './store-contract.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringkey-keychain-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const VALUE = 'a-secret-refresh-token'
const tokens = () => join(folder, 'tokens')

/** In the place of `secret-tool`: a program that does as the script says. */
function aProgram(script: string): string {
  const program = join(folder, 'secret-tool')
  writeFileSync(program, `#!/bin/sh\n${script}\n`)
  chmodSync(program, 0o700)
  return program
}

/** Keeps one secret in a file, as the real one keeps it in a keyring. */
const working = () =>
  aProgram(`kept='${join(folder, 'keyring')}'\nif [ "$1" = lookup ]; then [ -f "$kept" ] || exit 1; cat "$kept"; else cat > "$kept"; fi`)

/** Whether a value that is kept stands on the disk as it is. */
async function isPlain(program: string, timeoutSeconds?: number): Promise<boolean> {
  const store = await keychainStore(tokens(), { program, ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }) })
  await store.swap('key', undefined, VALUE)
  expect((await store.read('key'))?.value).toBe(VALUE)
  const files = readdirSync(tokens(), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return files.some(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8').includes(VALUE))
}

describe('a keychain', () => {
  it('has the key of the files, makes it once, and is asked for it again', async () => {
    const program = working()
    expect(await isPlain(program)).toBe(false)
    const key = readFileSync(join(folder, 'keyring'), 'utf8')
    expect(Buffer.from(key, 'base64')).toHaveLength(32)
    const again = await keychainStore(tokens(), { program })
    expect((await again.read('key'))?.value).toBe(VALUE)
    expect(readFileSync(join(folder, 'keyring'), 'utf8')).toBe(key)
  })

  it('has one key for processes that come at once, while the later of two keys would win', async () => {
    const kept = join(folder, 'keyring')
    const program = aProgram(
      `if [ "$1" = lookup ]; then [ -f '${kept}' ] || exit 1; cat '${kept}'; else sleep 0.1; cat > '${kept}.new' && mv '${kept}.new' '${kept}'; fi`,
    )
    const stores = await Promise.all(Array.from({ length: 4 }, () => keychainStore(tokens(), { program, timeoutSeconds: 60 })))
    await Promise.all(stores.map((store, index) => store.swap(`key-${index}`, undefined, VALUE)))
    for (const reader of stores) for (const index of stores.keys()) expect((await reader.read(`key-${index}`))?.value).toBe(VALUE)
  })

  it('the key is no argument of a program', async () => {
    const program = aProgram(
      `echo "$@" >> '${join(folder, 'arguments')}'\nkept='${join(folder, 'keyring')}'\nif [ "$1" = lookup ]; then [ -f "$kept" ] || exit 1; cat "$kept"; else cat > "$kept"; fi`,
    )
    expect(await isPlain(program)).toBe(false)
    expect(readFileSync(join(folder, 'arguments'), 'utf8')).not.toContain(readFileSync(join(folder, 'keyring'), 'utf8'))
  })

  it.each([
    ['is not there', () => join(folder, 'nowhere')],
    ['fails', () => aProgram('exit 2')],
    ['keeps nothing', () => aProgram('[ "$1" = lookup ] && exit 1; exit 0')],
    ['cannot be written', () => aProgram('[ "$1" = lookup ] && exit 1; exit 3')],
  ])('that %s is done without', async (_how, program) => {
    expect(await isPlain(program())).toBe(true)
  })

  it('that does not answer is given up, and its program is ended', async () => {
    const program = aProgram(`echo $$ > '${join(folder, 'pid')}'\nexec sleep 600`)
    expect(await isPlain(program, 1)).toBe(true)
    const pid = readFileSync(join(folder, 'pid'), 'utf8').trim()
    while (existsSync(`/proc/${pid}`) && !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z '))
      await new Promise((resolve) => setTimeout(resolve, 5))
  })

  it('is given three seconds', async () => {
    const program = aProgram('exec sleep 600')
    const began = Date.now()
    await keychainStore(tokens(), { program })
    expect(Date.now() - began).toBeGreaterThanOrEqual(2900)
  })

  for (const { title, check } of storeContract)
    it(title, () => check(() => keychainStore(tokens(), { program: working(), timeoutSeconds: 60 })))
})

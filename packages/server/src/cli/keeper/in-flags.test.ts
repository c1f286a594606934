import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { inFlags } from './in-flags.ts'

const CLIENT = join(import.meta.dirname, '../../../../client/src')

/** What no command reaches: it is said to programs. */
const FOR_PROGRAMS = ['axios.ts', 'undici.ts', 'connect.ts', 'check-options.ts', 'keychain-store.ts', 'tab-store.ts', 'store-contract.ts']
const THEIR_OWN_WORDS = ['authCode'] // VPaaS shows it in the browser

/** Texts of the client that are sentences. */
function sentences(): string[] {
  const files = readdirSync(CLIENT, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /\.ts$/.test(file) && !/\.test\.ts$|^testing\//.test(file) && !FOR_PROGRAMS.includes(file),
  )
  const texts = files.flatMap((file) => readFileSync(join(CLIENT, file), 'utf8').match(/'[^'\n]*'|`[^`]*`/g) ?? [])
  return texts.map((text) => text.replace(/\$\{[^}]*\}/g, 'x')).filter((text) => /^.\w[^\n]* [^\n]*[.?]/.test(text))
}

describe('what a command says of the client’s errors', () => {
  it('has no word of the library', () => {
    const said = sentences()
    expect(said.length).toBeGreaterThan(40)
    expect(said.filter((each) => inFlags(each) !== each).length).toBeGreaterThan(5)
    const words = said.flatMap((each) => inFlags(each).match(/\b[a-z]+[A-Z]\w*|\w+\(\)/g) ?? [])
    expect(words.filter((word) => !THEIR_OWN_WORDS.includes(word))).toEqual([])
  })
})

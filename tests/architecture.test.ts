/**
 * The house is built as it is drawn. Each rule runs on the tree, and on small sources that it must find fault with: a rule that
 * cannot fail would prove nothing.
 */
import { describe, expect, it } from 'vitest'
import * as rules from './architecture/rules.ts'
import { readTree, type Source } from './architecture/source.ts'

const ROOT = new URL('..', import.meta.url)
const SRC = 'packages/server/src'
const sources = readTree(ROOT, 'packages', /\.tsx?$/)
const documents = [...readTree(ROOT, 'docs', /\.md$/), ...readTree(ROOT, 'packages', /\.md$/)]

/** A source of the server's. */
function at(path: string, text: string): Source {
  return { path: `${SRC}/${path}`, text }
}

interface Case {
  readonly sentence: string
  readonly rule: rules.Rule
  readonly tree?: readonly Source[]
  /** Sources that the rule finds fault with, each by itself. */
  readonly bad: Readonly<Record<string, readonly Source[]>>
  /** Their innocent neighbours. */
  readonly good: readonly Source[]
}

const CASES: readonly Case[] = [
  {
    sentence: 'a room imports only the rooms that the import table draws an arrow to',
    rule: rules.onlyDrawnArrows,
    bad: {
      'an arrow upward': [at('domain/session.ts', "import { a } from '../store/sessions.ts'")],
      'an arrow upward for a type only': [at('tokens/jws.ts', "import type { A } from '../use-cases/sign-in.ts'")],
      'a re-export': [at('store/store.ts', "export { a } from '../tokens/jws.ts'")],
      'an import() of a module': [at('cli/serve.ts', "const app = await import('../http/app.ts')")],
      'an import() of a type': [at('events/events.ts', "export type A = import('../store/store.ts').Store")],
      'more than types of the store': [at('use-cases/sign-in.ts', "import { a } from '../store/sessions.ts'")],
      'an implementation of the store': [at('use-cases/sign-in.ts', "import type { A } from '../store/sqlite/sessions.ts'")],
      'a library in the domain': [at('domain/account.ts', "import { Type } from 'typebox'")],
      'the file system in the token engine': [at('tokens/key-ring.ts', "import { readFile } from 'node:fs/promises'")],
      'a file of another package': [at('cli/keeper.ts', "import { a } from '../../../client/src/index.ts'")],
      'a sister package': [at('cli/keeper.ts', "import { a } from '@ringkey/client'")],
      'test code': [at('store/store.ts', "import { a } from './contract/sessions.ts'")],
    },
    good: [
      at('use-cases/sign-in.ts', "import type { A } from '../store/sessions.ts'\nimport { b } from '../tokens/jws.ts'"),
      at('use-cases/check.ts', "import { type A, type B } from '../store/sessions.ts'"),
      at('domain/limit.ts', "import { createHash } from 'node:crypto'\nimport { a } from './time.ts'"),
      at('main.ts', "import { a } from './http/app.ts'\nimport { b } from './store/sqlite/open.ts'"),
      at('cli/version.ts', "import manifest from '../../package.json' with { type: 'json' }"),
      at('domain/session.test.ts', "import { a } from '../store/sqlite/open.ts'"),
    ],
  },
  {
    sentence: 'no files import each other in a circle, not for types either',
    rule: rules.noCycles,
    bad: {
      'two files': [at('domain/a.ts', "import { b } from './b.ts'"), at('domain/b.ts', "import { a } from './a.ts'")],
      'three files, one arrow a type': [
        at('domain/a.ts', "import { b } from './b.ts'"),
        at('domain/b.ts', "import type { C } from './c.ts'"),
        at('domain/c.ts', "export { a } from './a.ts'"),
      ],
      'a file by itself': [at('domain/a.ts', "import { a } from './a.ts'")],
    },
    good: [
      at('domain/a.ts', "import { b } from './b.ts'\nimport { c } from './c.ts'"),
      at('domain/b.ts', "import { c } from './c.ts'"),
      at('domain/c.ts', ''),
    ],
  },
  {
    sentence: 'only config/ reads the environment',
    rule: rules.environmentOnlyInConfig,
    bad: {
      'a member': [at('http/app.ts', 'const port = process.env.PORT')],
      'a member by text': [at('http/app.ts', "const port = process['env'].PORT")],
      'a member of globalThis': [at('http/app.ts', 'const port = globalThis.process.env.PORT')],
      'taken apart': [at('cli/run.ts', 'const { env } = process')],
      'imported by name': [at('main.ts', "import { env as environment } from 'node:process'")],
    },
    good: [
      at('config/environment.ts', 'const port = process.env.PORT'),
      at('http/app.ts', 'const a = request.env + process.pid'),
      at('cli/a.test.ts', 'process.env.A'),
    ],
  },
  {
    sentence: 'only system-clock.ts reads a clock',
    rule: rules.clockOnlyInItsFile,
    bad: {
      'Date.now()': [at('domain/time.ts', 'const at = Date.now()')],
      'Date.now as a value': [at('domain/time.ts', 'const clock = { now: Date.now }')],
      'new Date()': [at('domain/time.ts', 'const at = new Date()')],
      'new Date without brackets': [at('domain/time.ts', 'const at = new Date')],
      'Date()': [at('domain/time.ts', 'const at = Date()')],
      'performance.now()': [at('http/app.ts', 'const at = performance.now()')],
      'process.hrtime.bigint()': [at('http/app.ts', 'const at = process.hrtime.bigint()')],
      'hrtime by name': [at('http/app.ts', "import { hrtime } from 'node:process'")],
      'performance by name': [at('http/app.ts', "import { performance as p } from 'node:perf_hooks'")],
    },
    good: [
      at('domain/time.ts', 'const at = new Date(0).toISOString() + clock.now()'),
      at('system-clock.ts', 'const at = Date.now()'),
      at('pages/browser/a.ts', 'const at = performance.now()'),
    ],
  },
  {
    sentence: 'only system-randomness.ts draws random numbers',
    rule: rules.randomnessOnlyInItsFile,
    bad: {
      'Math.random()': [at('domain/ids.ts', 'const a = Math.random()')],
      'randomBytes by name': [at('tokens/jws.ts', "import { randomBytes } from 'node:crypto'")],
      'randomBytes by another name': [at('tokens/jws.ts', "import { randomBytes as bytes } from 'node:crypto'")],
      'randomUUID of a module': [at('store/store.ts', "import crypto from 'node:crypto'\nconst a = crypto.randomUUID()")],
      getRandomValues: [at('store/store.ts', 'const a = globalThis.crypto.getRandomValues(new Uint8Array(8))')],
    },
    good: [at('domain/ids.ts', 'const a = randomness.bytes(8)'), at('system-randomness.ts', "import { randomBytes } from 'node:crypto'")],
  },
  {
    sentence: `no file is longer than ${rules.LIMITS.file} lines (a test: ${rules.LIMITS.testFile}), no function longer than ${rules.LIMITS.function}`,
    rule: rules.filesAndFunctionsAreShort,
    bad: {
      'a long file': [at('domain/a.ts', '//\n'.repeat(401))],
      'a long test': [at('domain/a.test.ts', '//\n'.repeat(601))],
      'a long function': [at('domain/a.ts', `export function a() {\n${'//\n'.repeat(81)}}`)],
      'a long arrow function': [at('domain/a.ts', `export const a = () => {\n${'//\n'.repeat(81)}}`)],
      'a long method': [at('domain/a.ts', `export class A {\n  a() {\n${'//\n'.repeat(81)}  }\n}`)],
    },
    good: [
      at('domain/a.ts', '//\n'.repeat(400)),
      at('domain/b.ts', `export function b() {\n${'//\n'.repeat(80)}}`),
      at('domain/a.test.ts', `describe('a', () => {\n${'//\n'.repeat(590)}})`),
    ],
  },
  {
    sentence: 'no folder or file is called utils or helpers',
    rule: rules.foldersAreNamedAfterWhatTheyOwn,
    bad: {
      'a folder': [at('utils/time.ts', '')],
      'a folder inside a room': [at('http/helpers/a.ts', '')],
      'a file': [at('http/helpers.ts', '')],
    },
    good: [at('http/strict-headers.ts', ''), at('domain/utilisation.ts', '')],
  },
  {
    sentence: 'file names are kebab-case',
    rule: rules.filesAreKebabCase,
    bad: {
      'camel case': [at('domain/storeClock.ts', '')],
      'snake case': [at('domain/store_clock.ts', '')],
      'a capital': [at('domain/Clock.ts', '')],
    },
    good: [at('domain/store-clock.ts', ''), at('domain/store-clock.property.test.ts', '')],
  },
  {
    sentence: 'nothing is exported as default',
    rule: rules.noDefaultExports,
    bad: {
      'an expression': [at('domain/a.ts', 'export default 1')],
      'a function': [at('domain/a.ts', 'export default function a() {}')],
      'by renaming': [at('domain/a.ts', 'const a = 1\nexport { a as default }')],
    },
    good: [at('domain/a.ts', 'export const a = 1\nswitch (a) {\n  default:\n}')],
  },
  {
    sentence: 'nothing leans on notes that lie outside the repository',
    rule: rules.nothingLeansOnNotesOutside,
    tree: [...sources, ...documents],
    bad: {
      'a comment': [at('domain/a.ts', '// see ../shared/notes.md')],
      'a document': [{ path: 'docs/a.md', text: '[notes](../shared/notes.md)' }],
    },
    good: [at('domain/a.ts', '// shared by all')],
  },
]

describe('the house is built as it is drawn', () => {
  it('every room is in the import table, and every row of the table is a room', () => {
    expect(rules.everyRoomIsInTheTable(sources)).toEqual([])
  })

  for (const { sentence, rule, tree } of CASES) {
    it(sentence, () => expect(rule(tree ?? sources)).toEqual([]))
  }
})

describe('each rule of the house can fail', () => {
  it('finds a room that the import table does not have, and a row without a room', () => {
    const complaints = rules.everyRoomIsInTheTable([at('plugins/a.ts', '')])
    expect(complaints).toContain(`${SRC}/plugins is a room that the import table does not have`)
    expect(complaints).toContain('the import table has a room that is not there: domain')
  })

  for (const { sentence, rule, bad, good } of CASES) {
    it(`finds each breach of "${sentence}"`, () => {
      for (const [breach, files] of Object.entries(bad)) expect(rule(files), breach).toHaveLength(1)
      expect(rule(good)).toEqual([])
    })
  }
})

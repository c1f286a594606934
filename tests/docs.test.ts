/** Documents say what the code does now: those made from code are current, links lead somewhere, named commands exist. */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { generateDocuments, ROOT } from '../scripts/generated-documents.ts'
import { renderPromises } from '../scripts/promises.ts'
import { readTree } from './architecture/source.ts'

const ROOT_DOCUMENTS = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md']
const documents = [
  ...ROOT_DOCUMENTS.map((path) => ({ path, text: readFileSync(new URL(path, ROOT), 'utf8') })),
  ...['docs', 'packages', 'vectors', 'examples'].flatMap((folder) => readTree(ROOT, folder, /\.md$/)),
]

describe('documents', () => {
  it.each(generateDocuments())('$path is what `npm run docs` makes of the code now', ({ path, text }) => {
    expect(readFileSync(new URL(path, ROOT), 'utf8')).toBe(text)
  })

  it('every link to a file of the repository leads to one', () => {
    const broken = documents.flatMap(({ path, text }) =>
      localLinksOf(text)
        .filter((link) => !existsSync(new URL(link, new URL(path, ROOT))))
        .map((link) => `${path}: ${link}`),
    )
    expect(broken).toEqual([])
  })

  it('every script that a document names is one of package.json', () => {
    const { scripts } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as { scripts: Record<string, string> }
    const named = documents.flatMap(({ path, text }) => scriptsNamedIn(text).map((script) => ({ path, script })))
    expect(named.filter(({ script }) => !(script in scripts))).toEqual([])
    expect(named.length).toBeGreaterThan(5)
  })
})

/** Targets of links, without fragments; addresses with a scheme are other people's. */
function localLinksOf(markdown: string): string[] {
  const links = [...markdown.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+["'(][^\n]*?)?\)|^ {0,3}\[[^\]\n]+\]:\s*<?([^\s>]+)/gm)].map(
    ([, inline, defined]) => inline ?? defined ?? '',
  )
  return links.filter((link) => !/^(?:[a-z]+:|#)/.test(link)).map((link) => link.replace(/#.*$/, ''))
}

function scriptsNamedIn(markdown: string): string[] {
  return [...markdown.matchAll(/\bnpm (?:run )?(?:--?[a-z]\S* )*((?!(?:ci|install|run)\b)[a-z][\w:-]*)/g)].map(([, script]) => script ?? '')
}

describe('the list of promises', () => {
  const render = (text: string) => renderPromises([{ path: 'packages/server/src/domain/a.test.ts', text }])

  it('has a row for each test, under the titles of its groups', () => {
    expect(render("describe('a scope', () => { it('is a set', () => {}) })")).toContain(
      '| a scope: is a set | [a.test.ts](../../packages/server/src/domain/a.test.ts) |',
    )
  })

  it('has a row for each number of a security case', () => {
    const text = render("describe('a code', () => { test('S32, S7: is used once', () => {}) })")
    expect(text).toMatch(/\| S7 \| a code: is used once \| .*\n\| S32 \| a code: is used once \|/)
    expect(text).not.toContain('### ')
  })

  it('shows the values of a table as dots', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the source of a test
    const text = render("it.each([1])('a window of %d s is refused', () => {})\nit(`tampering with ${part} is found`, () => {})")
    expect(text).toContain('| a window of … s is refused |')
    expect(text).toContain('| tampering with … is found |')
  })

  it('leaves out a test whose title is made elsewhere', () => {
    expect(render('it(title, () => {})')).not.toContain('a.test.ts')
  })
})

describe('the checks of documents can fail', () => {
  it('finds links, and no addresses of others', () => {
    expect(localLinksOf('[a](docs/a.md#part) [b](https://example.com/) [c](#here)')).toEqual(['docs/a.md'])
    expect(localLinksOf('[a](docs/a.md "A") [b][c]\n\n[c]: docs/c.md\n[d]: https://example.com/')).toEqual(['docs/a.md', 'docs/c.md'])
  })

  it('finds the names of scripts', () => {
    expect(scriptsNamedIn('`npm ci && npm start`, `npm run nonsense`')).toEqual(['start', 'nonsense'])
    expect(scriptsNamedIn('`npm test`')).toEqual(['test'])
    expect(scriptsNamedIn('    npm run bench-all -- --quick # in a block\n')).toEqual(['bench-all'])
  })
})

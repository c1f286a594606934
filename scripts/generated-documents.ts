/** The documents that are made from code, and what each must be now. `npm run docs` writes them; a test compares. */
import { readFileSync } from 'node:fs'
import { renderManPage } from '../packages/server/src/cli/man-page.ts'
import { renderCliReference } from '../packages/server/src/cli/reference.ts'
import { renderConfigReference } from '../packages/server/src/config/reference.ts'
import { renderImportTable } from '../tests/architecture/import-table.ts'
import { readTree } from '../tests/architecture/source.ts'
import { renderPromises } from './promises.ts'

export const ROOT = new URL('..', import.meta.url)

export interface GeneratedDocument {
  readonly path: string
  readonly text: string
}

export function generateDocuments(): GeneratedDocument[] {
  return [
    { path: 'docs/reference/cli.md', text: renderCliReference() },
    { path: 'packages/server/man/ringkey.1', text: renderManPage() },
    { path: 'docs/reference/config.md', text: renderConfigReference() },
    { path: 'docs/reference/promises.md', text: renderPromises(readTestFiles()) },
    replacePart('docs/explanation/architecture.md', 'import table', renderImportTable()),
  ]
}

function readTestFiles() {
  const files = ['packages', 'tests', 'vectors', 'examples'].flatMap((folder) => readTree(ROOT, folder, /\.ts$/))
  return files.filter(({ path }) => path.endsWith('.test.ts') || path.includes('/store/contract/'))
}

/** A document that is written by hand but for the part between `<!-- made from code: name -->` and `<!-- end: name -->`. */
function replacePart(path: string, name: string, part: string): GeneratedDocument {
  const [begin, end] = [`<!-- made from code: ${name} -->`, `<!-- end: ${name} -->`]
  const text = readFileSync(new URL(path, ROOT), 'utf8')
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`${path} has no part between ${begin} and ${end}`)
  return { path, text: `${text.slice(0, from)}${begin}\n\n${part}\n\n${text.slice(to)}` }
}

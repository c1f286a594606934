/**
 * `docs/reference/promises.md`: what Ringkey promises, from the names of the tests that hold us to it. A test is named with a
 * sentence, so the list of names is the list of promises; a title that begins with `S<number>:` is a security case.
 */
import { posix } from 'node:path'
import ts from 'typescript'
import type { Source } from '../tests/architecture/source.ts'

interface NamedTest {
  readonly path: string
  /** Titles of the groups around it, outermost first, and its own. */
  readonly titles: readonly string[]
}

/** `S32:`, `S4, S5:`, `S153-host-names:` */
const SECURITY_CASE = /^S(\d+(?:\s*[,-]\s*S?\d+)*)(?:-[a-z]+)*(?::\s*|$)/

export function renderPromises(files: readonly Source[]): string {
  const tests = files.flatMap(readTests)
  const securityCases = tests.flatMap(toSecurityCases).sort((one, other) => one.number - other.number)
  const promises = tests.filter((test) => toSecurityCases(test).length === 0)
  const folders = [...new Set(promises.map(({ path }) => posix.dirname(path)))].sort()
  return [
    '# Promises',
    '',
    'What Ringkey promises, one row each, with the test that holds us to it. Made from the names of the tests by `npm run docs`;',
    'how a promise is made is told in [CONTRIBUTING.md](../../CONTRIBUTING.md). `…` stands for the values of a table.',
    '',
    '## Security cases',
    '',
    ...table(
      'case',
      'promise',
      'test',
      securityCases.map(({ number, sentence, path }) => [`S${number}`, sentence, linkTo(path, path)]),
    ),
    '',
    '## Promises',
    ...folders.flatMap((folder) => ['', `### ${folder}`, '', ...table('promise', 'test', rowsOf(folder, promises))]),
    '',
  ].join('\n')
}

function rowsOf(folder: string, promises: readonly NamedTest[]): string[][] {
  return promises
    .filter(({ path }) => posix.dirname(path) === folder)
    .map(({ path, titles }) => [titles.join(': '), linkTo(path, posix.basename(path))])
}

function toSecurityCases({ path, titles }: NamedTest): { number: number; sentence: string; path: string }[] {
  const first = titles.findIndex((title) => SECURITY_CASE.test(title))
  if (first < 0) return []
  const sentence = titles
    .map((title) => title.replace(SECURITY_CASE, ''))
    .filter((title) => title !== '')
    .join(': ')
  const numbers = SECURITY_CASE.exec(titles[first] ?? '')?.[1]?.match(/\d+/g) ?? []
  return numbers.map((number) => ({ number: Number(number), sentence, path }))
}

function readTests(file: Source): NamedTest[] {
  const tests: NamedTest[] = []
  const visit = (node: ts.Node, groups: readonly string[]): void => {
    const call = asTestCall(node)
    const titles = call?.title === undefined ? groups : [...groups, call.title]
    if (call?.title !== undefined && call.verb !== 'describe') tests.push({ path: file.path, titles })
    ts.forEachChild(node, (child) => visit(child, titles))
  }
  visit(ts.createSourceFile(file.path, file.text, ts.ScriptTarget.ES2023), [])
  return tests
}

/** `it('…', …)`, `describe.each(…)('…', …)`, `test.skipIf(…)('…', …)`; the title is undefined where it is not written there. */
function asTestCall(node: ts.Node): { verb: string; title: string | undefined } | undefined {
  if (!ts.isCallExpression(node) || node.arguments.length < 2) return undefined
  let callee: ts.Expression = node.expression
  while (!ts.isIdentifier(callee)) {
    if (ts.isCallExpression(callee) || ts.isPropertyAccessExpression(callee)) callee = callee.expression
    else if (ts.isTaggedTemplateExpression(callee)) callee = callee.tag
    else return undefined
  }
  if (!['describe', 'it', 'test'].includes(callee.text)) return undefined
  const [title] = node.arguments
  return { verb: callee.text, title: title === undefined ? undefined : textOf(title) }
}

/** The text of a title; values put into it become `…`. */
function textOf(title: ts.Expression): string | undefined {
  if (ts.isStringLiteralLike(title)) return title.text.replace(/\$[A-Za-z]+(?:\.[A-Za-z]+)*|%[sdifjo]/g, '…')
  if (!ts.isTemplateExpression(title)) return undefined
  return [title.head.text, ...title.templateSpans.map(({ literal }) => literal.text)].join('…')
}

function linkTo(path: string, text: string): string {
  return `[${text}](../../${path})`
}

function table(...columns: [...headings: string[], rows: string[][]]): string[] {
  const rows = columns.pop() as string[][]
  const line = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(' | ')} |`
  return [line(columns as string[]), line(columns.map(() => '---')), ...rows.map(line)]
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ')
}

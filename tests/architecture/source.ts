import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import ts from 'typescript'

/** A file of the tree, by its path from the root of the repository. */
export interface Source {
  readonly path: string
  readonly text: string
}

export interface Import {
  /** As written. */
  readonly specifier: string
  /** The file that a relative specifier means; undefined for a package or a Node module. */
  readonly target: string | undefined
  readonly typeOnly: boolean
}

const SKIPPED_FOLDERS = new Set(['node_modules', 'dist', 'coverage', 'ringkey-data', '.git'])

/** The files below a folder, in the order of their paths; none if there is no such folder. */
export function readTree(root: URL, folder: string, extension: RegExp): Source[] {
  if (!existsSync(new URL(folder, root))) return []
  return readdirSync(new URL(`${folder}/`, root), { withFileTypes: true })
    .flatMap((entry): Source[] => {
      const path = posix.join(folder, entry.name)
      if (entry.isDirectory()) return SKIPPED_FOLDERS.has(entry.name) ? [] : readTree(root, path, extension)
      return extension.test(entry.name) ? [{ path, text: readFileSync(new URL(path, root), 'utf8') }] : []
    })
    .sort((one, other) => (one.path < other.path ? -1 : 1))
}

const parsed = new WeakMap<Source, ts.SourceFile>()
const flattened = new WeakMap<Source, readonly ts.Node[]>()

/** Once per source, as every rule looks at every file. */
function once<Value>(known: WeakMap<Source, Value>, source: Source, make: () => Value): Value {
  const value = known.get(source) ?? make()
  known.set(source, value)
  return value
}

export function parse(source: Source): ts.SourceFile {
  return once(parsed, source, () => ts.createSourceFile(source.path, source.text, ts.ScriptTarget.ES2023, true))
}

/** Every node of a file, outermost first. */
export function nodesOf(source: Source): readonly ts.Node[] {
  return once(flattened, source, () => {
    const nodes: ts.Node[] = []
    const visit = (node: ts.Node) => {
      nodes.push(node)
      ts.forEachChild(node, visit)
    }
    visit(parse(source))
    return nodes
  })
}

/** Imports, re-exports, `import()` and `import('…').Type`. */
export function importsOf(source: Source): Import[] {
  const found: Import[] = []
  const add = (specifier: ts.Node | undefined, typeOnly: boolean) => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return
    const target = specifier.text.startsWith('.') ? posix.join(posix.dirname(source.path), specifier.text) : undefined
    found.push({ specifier: specifier.text, target, typeOnly })
  }
  for (const node of nodesOf(source)) {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeOnly(node))
    if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly)
    if (ts.isCallExpression(node) && isImportCall(node)) add(node.arguments[0], false)
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true)
  }
  return found
}

function isTypeOnly({ importClause }: ts.ImportDeclaration): boolean {
  if (importClause === undefined) return false
  if (importClause.isTypeOnly) return true
  const { name, namedBindings } = importClause
  if (name !== undefined || namedBindings === undefined || !ts.isNamedImports(namedBindings)) return false
  return namedBindings.elements.length > 0 && namedBindings.elements.every((element) => element.isTypeOnly)
}

function isImportCall(node: ts.CallExpression): boolean {
  if (node.expression.kind === ts.SyntaxKind.ImportKeyword) return true
  return ts.isIdentifier(node.expression) && node.expression.text === 'require'
}

/** Tests, and what only tests use: they may look behind every door. */
export function isTestCode(path: string): boolean {
  return path.endsWith('.test.ts') || path.includes('/testing/') || path.includes('/store/contract/')
}

/**
 * The rules of the house, each a function of the sources that answers what breaks it. `tests/architecture.test.ts` runs them on the
 * tree, and on small sources that each must find fault with.
 */
import { posix } from 'node:path'
import ts from 'typescript'
import { COMPOSING_ROOMS, IMPORT_TABLE } from './import-table.ts'
import { type Import, importsOf, isTestCode, nodesOf, parse, type Source } from './source.ts'

export type Rule = (sources: readonly Source[]) => string[]

const SERVER = 'packages/server/src/'

/** The room of a file of the server; undefined for files elsewhere. */
function roomOf(path: string): string | undefined {
  if (!path.startsWith(SERVER)) return undefined
  const folders = path.slice(SERVER.length).split('/')
  const inner = folders.slice(0, 2).join('/')
  return folders.length > 2 && inner in IMPORT_TABLE ? inner : folders[0]
}

function productOf(sources: readonly Source[]): Source[] {
  return sources.filter(({ path }) => roomOf(path) !== undefined && !isTestCode(path))
}

export const everyRoomIsInTheTable: Rule = (sources) => {
  const rooms = new Set(productOf(sources).map(({ path }) => roomOf(path) ?? ''))
  const known = new Set([...Object.keys(IMPORT_TABLE), ...Object.keys(COMPOSING_ROOMS)])
  return [
    ...[...rooms].filter((room) => !known.has(room)).map((room) => `${SERVER}${room} is a room that the import table does not have`),
    ...[...known].filter((room) => !rooms.has(room)).map((room) => `the import table has a room that is not there: ${room}`),
  ]
}

export const onlyDrawnArrows: Rule = (sources) =>
  productOf(sources).flatMap((source) => importsOf(source).flatMap((imported) => complaintAbout(source.path, imported) ?? []))

function complaintAbout(path: string, imported: Import): string | undefined {
  const from = roomOf(path) ?? ''
  const complaint =
    imported.target === undefined ? packageComplaint(from, imported) : arrowComplaint(path, from, imported.target, imported.typeOnly)
  return complaint === undefined ? undefined : `${path}: ${complaint}`
}

function packageComplaint(from: string, { specifier }: Import): string | undefined {
  const allowed = IMPORT_TABLE[from]?.packages
  if (/^(?:ringkey|@ringkey\/.*)$/.test(specifier) && allowed?.includes(specifier) !== true) {
    return `the server imports none of its sister packages, ${specifier} neither`
  }
  if (allowed === undefined || allowed.includes(specifier)) return undefined
  return `${from} may not import ${specifier}`
}

function arrowComplaint(path: string, from: string, target: string, typeOnly: boolean): string | undefined {
  const to = roomOf(target)
  if (to === undefined) return isInsideOwnPackage(path, target) ? undefined : `${target} is outside the package`
  if (isTestCode(target)) return `${target} is for tests`
  if (from === to || from in COMPOSING_ROOMS) return undefined
  const arrow = IMPORT_TABLE[from]?.imports.find((candidate) => candidate.to === to)
  if (arrow === undefined) return `${from} may not import ${to}`
  if (arrow.typesOnly && !typeOnly) return `${from} may import only types of ${to}`
  if (arrow.surfaceOnly && posix.dirname(target) !== `${SERVER}${to}`)
    return `${from} may not look into ${posix.dirname(target).slice(SERVER.length)}`
  if (arrow.filesOnly?.includes(target.slice(SERVER.length + to.length + 1)) === false) return `${from} may not import ${target}`
  return undefined
}

/** A package that others install imports its own files, Node's modules and what its `package.json` lists, which is nothing here. */
export const theClientStandsAlone: Rule = (sources) =>
  sources
    .filter(({ path }) => path.startsWith('packages/client/') && !isTestCode(path))
    .flatMap((source) =>
      importsOf(source)
        .filter(({ specifier, target }) =>
          target === undefined ? !specifier.startsWith('node:') : !isInsideOwnPackage(source.path, target),
        )
        .map(({ specifier }) => `${source.path}: the client imports nothing of others, ${specifier} neither`),
    )

function isInsideOwnPackage(path: string, target: string): boolean {
  const [folder, name] = path.split('/')
  return target.startsWith(`${folder}/${name}/`)
}

/** Types count too: what is described in a circle has no beginning to read from. */
export const noCycles: Rule = (sources) => {
  const product = sources.filter(({ path }) => !isTestCode(path))
  const targets = new Map(product.map((source) => [source.path, importsOf(source).flatMap(({ target }) => target ?? [])]))
  const done = new Set<string>()
  const trail: string[] = []
  const cycles: string[] = []
  const visit = (path: string) => {
    const start = trail.indexOf(path)
    if (start >= 0) cycles.push(`import cycle: ${[...trail.slice(start), path].join(' -> ')}`)
    if (start >= 0 || done.has(path)) return
    trail.push(path)
    for (const target of targets.get(path) ?? []) visit(target)
    trail.pop()
    done.add(path)
  }
  for (const path of targets.keys()) visit(path)
  return cycles
}

/** A rule about something that a file may not say. */
function forbid(isAllowedIn: (path: string) => boolean, find: (node: ts.Node) => string | undefined): Rule {
  return (sources) =>
    productOf(sources)
      .filter(({ path }) => !isAllowedIn(path))
      .flatMap((source) => nodesOf(source).flatMap((node) => complain(source.path, find(node))))
}

function complain(path: string, found: string | undefined): string[] {
  return found === undefined ? [] : [`${path}: ${found}`]
}

/** `object.name`, `object['name']`, and `{ name } = object`. */
function readsMember(node: ts.Node, object: string, name: RegExp): boolean {
  if (ts.isPropertyAccessExpression(node)) return isNamed(node.expression, object) && name.test(node.name.text)
  if (ts.isElementAccessExpression(node)) return isNamed(node.expression, object) && name.test(textOf(node.argumentExpression))
  if (!ts.isBindingElement(node) || !ts.isVariableDeclaration(node.parent.parent)) return false
  return isNamed(node.parent.parent.initializer, object) && name.test(textOf(node.propertyName ?? node.name))
}

function isNamed(node: ts.Node | undefined, name: string): boolean {
  if (node === undefined) return false
  if (ts.isPropertyAccessExpression(node)) return isNamed(node.expression, 'globalThis') && node.name.text === name
  return ts.isIdentifier(node) && node.text === name
}

function textOf(node: ts.Node): string {
  return ts.isIdentifier(node) || ts.isStringLiteralLike(node) ? node.text : ''
}

/** `import { name } from 'module'`, under whatever name. */
function importsName(node: ts.Node, module: RegExp, name: RegExp): boolean {
  if (!ts.isImportSpecifier(node)) return false
  const { moduleSpecifier } = node.parent.parent.parent
  return module.test(textOf(moduleSpecifier)) && name.test((node.propertyName ?? node.name).text)
}

export const environmentOnlyInConfig: Rule = forbid(
  (path) => path.startsWith(`${SERVER}config/`),
  (node) => {
    const reads = readsMember(node, 'process', /^env$/) || importsName(node, /^(?:node:)?process$/, /^env$/)
    return reads ? 'reads the environment, which only config/ does' : undefined
  },
)

const CLOCK_MEMBERS: readonly [object: string, name: RegExp][] = [
  ['Date', /^now$/],
  ['performance', /^(?:now|timeOrigin)$/],
  ['process', /^(?:hrtime|uptime)$/],
]

export const clockOnlyInItsFile: Rule = forbid(
  // A script of a page runs in a browser, and has no other.
  (path) => path === `${SERVER}system-clock.ts` || path.startsWith(`${SERVER}pages/browser/`),
  (node) => (readsClock(node) ? 'reads a clock, which only system-clock.ts does' : undefined),
)

function readsClock(node: ts.Node): boolean {
  if (CLOCK_MEMBERS.some(([object, name]) => readsMember(node, object, name))) return true
  if (importsName(node, /^(?:node:)?(?:process|perf_hooks)$/, /^(?:hrtime|uptime|performance)$/)) return true
  if (ts.isCallExpression(node)) return isNamed(node.expression, 'Date')
  return ts.isNewExpression(node) && isNamed(node.expression, 'Date') && (node.arguments ?? []).length === 0
}

const RANDOM_NAME = /^(?:random(?:Bytes|UUID|Int|Fill|FillSync)|getRandomValues|pseudoRandomBytes)$/

export const randomnessOnlyInItsFile: Rule = forbid(
  (path) => path === `${SERVER}system-randomness.ts`,
  (node) => {
    const isMember = ts.isPropertyAccessExpression(node) && RANDOM_NAME.test(node.name.text)
    const isRandom = isMember || readsMember(node, 'Math', /^random$/) || importsName(node, /^(?:node:)?crypto$/, RANDOM_NAME)
    return isRandom ? 'draws random numbers, which only system-randomness.ts does' : undefined
  },
)

/** Lines of a file, and of the body of a function between its braces. */
export const LIMITS = { file: 400, testFile: 600, function: 80 }

export const filesAndFunctionsAreShort: Rule = (sources) =>
  sources.flatMap((source) => {
    const isTest = isTestCode(source.path)
    const lines = source.text.replace(/\n$/, '').split('\n').length
    const max = isTest ? LIMITS.testFile : LIMITS.file
    const long = lines > max ? [`${source.path}: ${lines} lines, at most ${max}`] : []
    return isTest ? long : [...long, ...longFunctionsOf(source)]
  })

function longFunctionsOf(source: Source): string[] {
  const file = parse(source)
  const lineOf = (position: number) => file.getLineAndCharacterOfPosition(position).line
  return nodesOf(source).flatMap((node) => {
    if (!ts.isFunctionLike(node) || !('body' in node) || node.body === undefined) return []
    const lines = lineOf(node.body.getEnd()) - lineOf(node.body.getStart(file)) - 1
    return lines > LIMITS.function ? [`${source.path}: a function of ${lines} lines, at most ${LIMITS.function}`] : []
  })
}

export const foldersAreNamedAfterWhatTheyOwn: Rule = (sources) => {
  const named = sources.filter(({ path }) => /(?:^|\/)(?:utils?|helpers?|common|misc)(?:\/|\.tsx?$)/.test(path))
  return named.map(({ path }) => `${path}: is named after nothing that it owns`)
}

export const filesAreKebabCase: Rule = (sources) => {
  const name = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*\.tsx?$/
  return sources.filter(({ path }) => !name.test(posix.basename(path))).map(({ path }) => `${path}: a file name in kebab-case, please`)
}

export const noDefaultExports: Rule = (sources) =>
  sources
    .filter(({ path }) => !path.endsWith('.config.ts') && !path.endsWith('-package.d.ts')) // what others export is not ours to choose
    .flatMap((source) => nodesOf(source).flatMap((node) => complain(source.path, exportsDefault(node) ? 'a default export' : undefined)))

function exportsDefault(node: ts.Node): boolean {
  if (ts.isExportAssignment(node)) return true
  if (ts.isExportSpecifier(node)) return node.name.text === 'default'
  return ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)
}

/** A clone stands by itself: no notes that lie beside somebody's checkout. */
export const nothingLeansOnNotesOutside: Rule = (sources) =>
  sources
    .filter(({ path, text }) => !path.endsWith('.test.ts') && /\.\.\/shared\b/.test(text))
    .map(({ path }) => `${path}: mentions ../shared, which no clone has`)

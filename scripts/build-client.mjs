/**
 * Builds `@ringkey/client`: for Node and for browsers, which differ in one file, and its types. The files share what they have in
 * common, so that a program that imports two of them has one of each class.
 */
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as esbuild from 'esbuild'
import ts from 'typescript'

export const CLIENT = fileURLToPath(new URL('../packages/client', import.meta.url))
const SRC = join(CLIENT, 'src')

/** What can be imported: the files that `exports` in `package.json` names. */
async function entryPoints() {
  const platforms = (await readdir(join(SRC, 'platforms'))).filter((name) => !name.includes('.test.') && !name.endsWith('-family.ts'))
  return ['index.ts', 'axios.ts', 'store-contract.ts', 'tab-store.ts', ...platforms.map((name) => `platforms/${name}`)]
}
const NODE_ENTRY_POINTS = ['keep/file-store.ts', 'keychain-store.ts', 'node-fetch.ts', 'undici.ts']

/** A browser has other parts than Node. @type {esbuild.Plugin} */
const browserEnvironment = {
  name: 'browser environment',
  setup(build) {
    build.onResolve({ filter: /\/environment\.ts$/ }, ({ resolveDir }) => ({ path: join(resolveDir, 'environment-browser.ts') }))
  },
}

/** @param {'node' | 'browser'} platform @param {string} outdir */
export async function bundleClient(platform, outdir) {
  const files = [...(await entryPoints()), ...(platform === 'node' ? NODE_ENTRY_POINTS : [])]
  await esbuild.build({
    entryPoints: files.map((file) => join(SRC, file)),
    outbase: SRC,
    outdir,
    bundle: true,
    splitting: true,
    platform: platform === 'node' ? 'node' : 'browser',
    target: 'es2022',
    format: 'esm',
    chunkNames: 'parts/[hash]',
    plugins: platform === 'browser' ? [browserEnvironment] : [],
    logLevel: 'silent',
  })
}

/** File by file into its place, and what is no part of it any more goes last: a program that is starting meanwhile finds what it looks for. */
export async function buildClient() {
  const folder = await mkdtemp(join(CLIENT, '.dist-'))
  const dist = join(CLIENT, 'dist')
  try {
    await bundleClient('node', join(folder, 'node'))
    await bundleClient('browser', join(folder, 'browser'))
    await writeTypes(join(folder, 'types'))
    const made = await filesIn(folder)
    for (const file of made) {
      await mkdir(dirname(join(dist, file)), { recursive: true })
      await rename(join(folder, file), join(dist, file))
    }
    for (const file of await filesIn(dist)) if (!made.includes(file)) await rm(join(dist, file), { force: true })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** @param {string} folder */
async function filesIn(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => relative(folder, join(parentPath, name)))
}

/** File by file, which needs every export to say its type and takes no checker. @param {string} outdir */
async function writeTypes(outdir) {
  for (const file of await readdir(SRC, { recursive: true })) {
    if (!file.endsWith('.ts') || file.endsWith('.test.ts') || file.includes('testing/')) continue
    const source = await readFile(join(SRC, file), 'utf8')
    const compilerOptions = { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext, isolatedDeclarations: true, declaration: true }
    const { outputText, diagnostics = [] } = ts.transpileDeclaration(source, { fileName: file, compilerOptions, reportDiagnostics: true })
    if (diagnostics.length > 0)
      throw new Error(`${file}: ${diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')).join('\n')}`)
    const path = join(outdir, file.replace(/\.ts$/, '.d.ts'))
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, outputText.replace(/((?:from|import\()\s*['"]\.[^'"]+)\.ts(['"])/g, '$1.js$2'))
  }
}

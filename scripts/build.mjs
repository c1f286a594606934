/**
 * Builds the program: `packages/server/src/main.ts` and the JavaScript packages that it uses become one file, which starts in
 * half the time of a hundred, and parts beside it that are read when a command needs them. Packages with native code stay outside, because a bundle cannot hold them.
 *
 * These three scripts are plain JavaScript, because they run before there is anything to run TypeScript with.
 */
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import * as esbuild from 'esbuild'
import { buildClient } from './build-client.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const SERVER = join(ROOT, 'packages/server')
export const PROGRAM = join(SERVER, 'dist/ringkey.js')
/** What the doors say of themselves. The program reads it when it is asked for it. */
const OPENAPI = join(SERVER, 'dist/openapi.json')

export const NATIVE_PACKAGES = ['@node-rs/argon2', '@photostructure/sqlite']

/** What CommonJS packages expect to find, and an ES module does not have. */
const COMMONJS_BANNER = `#!/usr/bin/env node
import { createRequire as createRequireOfBundle } from 'node:module'
const require = createRequireOfBundle(import.meta.url)
const __filename = import.meta.filename
const __dirname = import.meta.dirname`

/** How our TypeScript becomes a program of one file. @type {esbuild.BuildOptions} */
export const BUNDLE_OPTIONS = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  external: NATIVE_PACKAGES,
  banner: { js: COMMONJS_BANNER },
  logLevel: 'silent',
}

/** @type {esbuild.BuildOptions & { metafile: true, write: false }} */
export const BUILD_OPTIONS = {
  ...BUNDLE_OPTIONS,
  entryPoints: { ringkey: join(SERVER, 'src/main.ts') },
  outdir: dirname(PROGRAM),
  splitting: true,
  chunkNames: 'ringkey-[hash]', // beside the program: what is found by the file's own address is in the same folder
  sourcemap: 'linked',
  sourcesContent: false,
  metafile: true,
  write: false,
}

/** Builds, and leaves either the new program or none: an old one must not pass for the new. */
export async function build() {
  try {
    await writeProgram(await esbuild.build(BUILD_OPTIONS))
    await buildClient()
  } catch (error) {
    for (const file of [PROGRAM, OPENAPI]) await rm(file, { force: true })
    throw error
  } finally {
    await esbuild.stop()
  }
}

/** @param {esbuild.BuildResult<typeof BUILD_OPTIONS>} result */
export async function writeProgram(result) {
  await replaceFile(OPENAPI, await makeOpenApi())
  // The program last: when it is there, so are its parts. Those of the program before go after it.
  const outputs = [...result.outputFiles].sort((one, other) => Number(one.path === PROGRAM) - Number(other.path === PROGRAM))
  for (const { path, contents } of outputs) await replaceFile(path, contents)
  await removePartsBut(new Set(outputs.map(({ path }) => path)))
  await replaceFile(join(dirname(PROGRAM), 'third-party-licenses.txt'), await licensesOf(result.metafile))
  await replaceFile(join(dirname(PROGRAM), 'front-page.js'), await makeFrontPageScript())
  await chmod(PROGRAM, 0o755)
}

/** @param {ReadonlySet<string>} kept */
async function removePartsBut(kept) {
  const folder = dirname(PROGRAM)
  const parts = (await readdir(folder)).filter((name) => /^ringkey-.*\.js(?:\.map)?$/.test(name)).map((name) => join(folder, name))
  for (const part of parts) if (!kept.has(part)) await rm(part, { force: true })
}

/** Bundles the maker, which is TypeScript, and runs it. @returns the text of the file */
async function makeOpenApi() {
  const folder = await mkdtemp(join(tmpdir(), 'ringkey-build-'))
  try {
    const maker = join(folder, 'make-openapi.mjs')
    await esbuild.build({ ...BUNDLE_OPTIONS, entryPoints: [join(ROOT, 'scripts/make-openapi.ts')], outfile: maker })
    /** @type {typeof import('./make-openapi.ts')} */
    const made = await import(pathToFileURL(maker).href)
    return await made.makeOpenApi(join(ROOT, 'vectors'))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * In one step, so that a program that is starting meanwhile reads the old file or the new one.
 * @param {string} path
 * @param {string | Uint8Array} contents
 */
async function replaceFile(path, contents) {
  await mkdir(dirname(path), { recursive: true })
  const temporary = `${path}.${process.pid}`
  await writeFile(temporary, contents)
  await rename(temporary, path)
}

/** The script of the front page: one file without imports, of which only the types are taken out. */
export async function makeFrontPageScript() {
  const source = await readFile(join(SERVER, 'src/pages/browser/front-page.ts'), 'utf8')
  return (await esbuild.transform(source, { loader: 'ts', target: 'es2022' })).code
}

/**
 * The licences of the packages inside the bundle, which their authors ask to be passed on.
 * @param {esbuild.Metafile} metafile
 */
async function licensesOf(metafile) {
  const folders = Object.keys(metafile.inputs).map((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0])
  const texts = [...new Set(folders)].sort().map(async (folder) => {
    if (folder === undefined) return ''
    const file = (await readdir(join(ROOT, folder))).find((name) => /^licen[cs]e/i.test(name))
    const text = file === undefined ? 'see its package.json' : await readFile(join(ROOT, folder, file), 'utf8')
    return `${folder.replace(/^.*node_modules\//, '')}\n\n${text.trim()}\n`
  })
  return (await Promise.all(texts)).filter((text) => text !== '').join(`\n${'-'.repeat(80)}\n\n`)
}

/** Says what is wrong with the sources as the compiler does, not with a stack. @returns whether there is a program */
export async function buildOrReport() {
  try {
    await build()
    return true
  } catch (error) {
    const messages = /** @type {Partial<esbuild.BuildFailure>} */ (error).errors
    if (messages === undefined) throw error
    console.error(esbuild.formatMessagesSync(messages, { kind: 'error', color: process.stderr.isTTY }).join('\n'))
    process.exitCode = 1
    return false
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await buildOrReport()

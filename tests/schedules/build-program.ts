/** A program of this folder as one file, for processes that are started often. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import * as esbuild from 'esbuild'
import { BUNDLE_OPTIONS } from '../../scripts/build.mjs'

/** Native packages are found from here, and from a temporary folder not. */
const CACHE = join(import.meta.dirname, '../../node_modules/.cache/ringkey-schedules')

/** @param name of the source, without `.ts` @returns the path of the program; whoever asked for it removes it */
export async function buildProgram(name: string): Promise<string> {
  mkdirSync(CACHE, { recursive: true })
  const program = join(CACHE, `${name}-${process.pid}.mjs`)
  await esbuild.build({ ...BUNDLE_OPTIONS, entryPoints: [join(import.meta.dirname, `${name}.ts`)], outfile: program, allowOverwrite: true })
  return program
}

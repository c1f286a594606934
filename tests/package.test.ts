/** What somebody gets who installs the server's package. */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { NATIVE_PACKAGES, PROGRAM } from '../scripts/build.mjs'

const ROOT = join(import.meta.dirname, '..')
const MOST_BYTES = 60 * 2 ** 20

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

function manifestIn(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
}

/** @returns the folders of these packages and of all that they need; what is for another machine is not there */
function foldersOf(names: readonly string[], found = new Set<string>()): ReadonlySet<string> {
  for (const name of names) {
    const folder = join(ROOT, 'node_modules', name)
    const isThere = statSync(folder, { throwIfNoEntry: false }) !== undefined
    if (!isThere || found.has(folder)) continue
    found.add(folder)
    const { dependencies, optionalDependencies } = manifestIn(folder)
    foldersOf(Object.keys({ ...dependencies, ...optionalDependencies }), found)
  }
  return found
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0)
}

it('it brings what the bundle cannot hold, and nothing else: the rest is in the bundle', () => {
  expect(Object.keys(manifestIn(join(dirname(PROGRAM), '..')).dependencies ?? {}).sort()).toEqual([...NATIVE_PACKAGES].sort())
})

it('an installation stays under 60 MiB', () => {
  const listed = execFileSync('npm', ['pack', '--dry-run', '--json'], {
    cwd: join(dirname(PROGRAM), '..'),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [packed] = JSON.parse(listed) as { readonly unpackedSize: number }[]
  const folders = foldersOf(NATIVE_PACKAGES)
  expect(folders.size).toBeGreaterThan(NATIVE_PACKAGES.length)
  const bytes = [...folders].reduce((sum, folder) => sum + bytesIn(folder), packed?.unpackedSize ?? Number.NaN)
  expect(bytes).toBeGreaterThan(2 ** 20)
  expect(bytes).toBeLessThan(MOST_BYTES)
})

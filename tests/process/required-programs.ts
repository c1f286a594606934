/** Programs and libraries that a test needs and that may not be here. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'vitest'

/** @returns its path, or undefined if it is not installed */
export function findProgram(name: string): string | undefined {
  return (process.env.PATH ?? '')
    .split(':')
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path))
}

/** @param name as the package has it below the folder of libraries of its machine */
export function findLibrary(name: string): string | undefined {
  return ['/usr/lib', ...readdirSync('/usr/lib').map((folder) => join('/usr/lib', folder))]
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path))
}

/** Without a program that it needs a test is skipped and says why; where all of the proof is wanted it fails. */
export function needs(context: TestContext, found: string | undefined, name: string): void {
  if (found !== undefined) return
  if (process.env.CI === 'true') throw new Error(`${name} is not installed`)
  context.skip(`${name} is not installed`)
}

/** Only root may have mounts of its own, and not in every container: nobody can install that. */
export function needsMounts(context: TestContext): void {
  const { status } = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt'])
  if (status !== 0) context.skip('a file system of its own cannot be mounted here')
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/** Paths for databases of a test file, in a folder that is deleted after it. */
export interface TemporaryPath {
  next(): string
  last(): string
}

export function createTemporaryPath(): TemporaryPath {
  const folder = mkdtempSync(join(tmpdir(), 'ringkey-store-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  let count = 0
  const path = () => join(folder, `${count}.db`)
  return {
    next() {
      count += 1
      return path()
    },
    last: path,
  }
}

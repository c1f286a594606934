import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readTextFile } from './read-file.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringkey-read-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function aFile(content: string | Buffer, mode = 0o600): string {
  const path = join(folder, 'file')
  writeFileSync(path, content)
  chmodSync(path, mode)
  return path
}

describe('reading a file of the operator', () => {
  it.each([
    [0o600, false],
    [0o400, false],
    [0o640, true],
    [0o604, true],
    [0o644, true],
    [0o610, true],
    [0o660, true],
  ])('S157: with mode %o says whether others can read it: %s', (mode, othersCanRead) => {
    expect(readTextFile(aFile('text', mode))).toEqual({ ok: true, text: 'text', othersCanRead })
  })

  it('S157: looks at the file that a link leads to', () => {
    const link = join(folder, 'link')
    symlinkSync(aFile('text', 0o644), link)
    expect(readTextFile(link)).toMatchObject({ ok: true, othersCanRead: true })
  })

  it('tells a missing file from one that cannot be used', () => {
    expect(readTextFile(join(folder, 'none'))).toEqual({ ok: false, isMissing: true, problem: 'does not exist' })
    expect(readTextFile(join(aFile('text'), 'below'))).toMatchObject({ ok: false, isMissing: true })
    mkdirSync(join(folder, 'directory'))
    expect(readTextFile(join(folder, 'directory'))).toEqual({ ok: false, isMissing: false, problem: 'is a directory' })
    expect(readTextFile('/dev/null')).toEqual({ ok: false, isMissing: false, problem: 'is no file' })
    expect(readTextFile(aFile(Buffer.of(0x80, 0xff)))).toEqual({ ok: false, isMissing: false, problem: 'is not text in UTF-8' })
    expect(readTextFile(aFile('x'.repeat(1_048_577)))).toEqual({ ok: false, isMissing: false, problem: 'is larger than 1 MiB' })
  })
})

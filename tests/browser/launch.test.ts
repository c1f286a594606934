import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { findChromium } from './launch.ts'

const folder = mkdtempSync(join(tmpdir(), 'ringkey-chromium-'))

describe('the browser of the tests', () => {
  afterAll(() => rmSync(folder, { recursive: true }))

  it('is looked for on the PATH, and is a program', () => {
    expect(findChromium({ PATH: folder })).toBeUndefined()
    expect(findChromium({})).toBeUndefined()
    writeFileSync(join(folder, 'chromium'), '', { mode: 0o644 })
    expect(findChromium({ PATH: folder })).toBeUndefined()
    writeFileSync(join(folder, 'chromium-browser'), '', { mode: 0o755 })
    expect(findChromium({ PATH: `/nowhere::${folder}` })).toBe(join(folder, 'chromium-browser'))
  })

  it('fails the tests where it is required and is not there', () => {
    expect(() => findChromium({ PATH: '/nowhere', RINGKEY_REQUIRE_BROWSER: '1' })).toThrow('no Chromium on the PATH')
  })
})

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const SOURCE = join(import.meta.dirname, '..')
const VECTORS = join(SOURCE, '../../../vectors')
const FOLDERS = (await readdir(import.meta.dirname, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name)

async function testTitles(): Promise<ReadonlySet<string>> {
  const files = (
    await Promise.all(
      ['front-doors', 'http', 'use-cases'].map((folder) =>
        readdir(join(SOURCE, folder), { recursive: true }).then((names) => names.map((name) => join(SOURCE, folder, name))),
      ),
    )
  ).flat()
  const texts = await Promise.all(files.filter((file) => file.endsWith('.test.ts')).map((file) => readFile(file, 'utf8')))
  // The title of `test('…'`, `it('…'` and `test.each([…])('…'`.
  return new Set(texts.flatMap((text) => [...text.matchAll(/(?:\b(?:test|it)|\))\(\s*'([^'\n]+)'/g)].map(([, title = '']) => title)))
}

describe.each(FOLDERS)('the README of %s', (folder) => {
  test('names tests that exist', async () => {
    const readme = await readFile(join(import.meta.dirname, folder, 'README.md'), 'utf8')
    const exchanges = (await readdir(join(VECTORS, folder)))
      .filter((name) => name.endsWith('.http'))
      .map((name) => name.replace('.http', ''))
    const titles = await testTitles()
    const named = [...readme.matchAll(/\[([^\]]+)\](?!\()/g)].map(([, name = '']) => name)
    expect(named.filter((name) => !exchanges.includes(name) && !titles.has(name))).toEqual([])
    expect(named.length).toBeGreaterThan(3)
  })
})

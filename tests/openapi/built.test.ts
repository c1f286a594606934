/** What the program reads is what was made of these sources, and goes with it wherever it is installed. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { guideMaterial } from '../../packages/server/src/testing/guide-material.ts'
import { PROGRAM } from '../../scripts/build.mjs'

it('the built file is what the tests look at', async () => {
  expect(readFileSync(join(dirname(PROGRAM), 'openapi.json'), 'utf8')).toBe(await guideMaterial.readBuilt('openapi.json'))
})

it('it is in the package', () => {
  const listed = execFileSync('npm', ['pack', '--dry-run', '--json'], {
    cwd: join(dirname(PROGRAM), '..'),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [packed] = JSON.parse(listed) as { readonly files: readonly { readonly path: string }[] }[]
  expect(packed?.files.map(({ path }) => path)).toContain('dist/openapi.json')
})

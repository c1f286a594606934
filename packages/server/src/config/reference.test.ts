import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { renderConfigReference } from './reference.ts'

it('the committed reference of the settings is what the schema says (npm run docs)', () => {
  expect(readFileSync(new URL('../../../../docs/reference/config.md', import.meta.url), 'utf8')).toBe(renderConfigReference())
})

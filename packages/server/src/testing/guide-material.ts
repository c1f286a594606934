import { join } from 'node:path'
import { makeOpenApi } from '../../../../scripts/make-openapi.ts'
import type { GuideMaterial } from '../front-doors/guide/material.ts'

const VECTORS = join(import.meta.dirname, '../../../../vectors')

let openApi: Promise<string> | undefined

/** What the guide shows, of a program that was not built. */
export const guideMaterial: GuideMaterial = {
  version: '0.0.0',
  makeSecret: () => 'secret-of-a-form-'.padEnd(43, 'x'),
  readBuilt: (name) => {
    if (name !== 'openapi.json') return Promise.resolve('{}')
    openApi ??= makeOpenApi(VECTORS)
    return openApi
  },
  demoSettingsOf: () => undefined,
  demoTenants: () => [],
  demoOutbox: undefined,
}

import type { GuideMaterial } from '../front-doors/guide/material.ts'

/** What the guide shows, of a program that was not built. */
export const guideMaterial: GuideMaterial = {
  version: '0.0.0',
  readBuilt: async () => '{}',
  demoSettingsOf: () => undefined,
  demoTenants: () => [],
}

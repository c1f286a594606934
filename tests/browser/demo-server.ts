/** The demo on a real socket in this process, with the script of its front page: what `npm start` serves. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { doorCatalogue } from '../../packages/server/src/composition/open-house.ts'
import { type RunDemo, runDemo } from '../../packages/server/src/demo/run-demo.ts'
import { issuerOf } from '../../packages/server/src/domain/tenant.ts'
import type { DemoSettings } from '../../packages/server/src/front-doors/door-demo.ts'
import { frontDoors } from '../../packages/server/src/front-doors/registry.ts'
import { openServedHouse, type ServedHouse } from '../../packages/server/src/testing/served-house.ts'
import { makeFrontPageScript } from '../../scripts/build.mjs'

export interface DemoServer extends ServedHouse {
  /** Without a trailing slash. */
  readonly address: string
  settingsOf(door: string): DemoSettings
}

export async function startDemoServer(): Promise<DemoServer> {
  let demo: RunDemo | undefined
  const served = await openServedHouse({
    guide: {
      version: '0.0.0',
      makeSecret: () => served.house.randomness.bytes(32).toString('base64url'),
      readBuilt: makeFrontPageScript,
      demoSettingsOf: (door) => demo?.settings[door],
      demoTenants: () => demo?.tenants ?? [],
      demoOutbox: undefined,
    },
  })
  const address = `http://127.0.0.1:${served.port}`
  const dataDir = mkdtempSync(join(tmpdir(), 'ringkey-front-page-'))
  const { useCases, randomness } = served.house
  const { collide } = doorCatalogue
  demo = await runDemo({
    useCases,
    doors: frontDoors,
    collide,
    randomness,
    issuerOf: (tenant) => issuerOf(tenant, new URL(address)),
    dataDir,
  })
  const { settings } = demo
  return {
    ...served,
    address,
    settingsOf(door) {
      const found = settings[door]
      if (found === undefined) throw new Error(`the demo has nothing for ${door}`)
      return found
    },
    async stop() {
      await served.stop()
      rmSync(dataDir, { recursive: true })
    },
  }
}

/**
 * The demo: a tenant with every door, an account and an application for each, made through the same use cases that operators call.
 * What a door needs, and the commands of its document, the door states itself (`front-doors/door-demo.ts`). A second start keeps all.
 */
import { join } from 'node:path'
import type { Randomness } from '../domain/randomness.ts'
import type { DoorName, Tenant } from '../domain/tenant.ts'
import type { DemoSettings } from '../front-doors/door-demo.ts'
import type { FrontDoor } from '../front-doors/front-door.ts'
import type { UseCases } from '../use-cases/use-cases.ts'
import { type DemoFile, readDemoFile, writeDemoFile } from './demo-file.ts'
import { createDemoKit, DEMO_ORGANISATION } from './demo-kit.ts'
import { type DemoTenant, planTenants } from './plan-tenants.ts'

interface Deps {
  readonly useCases: UseCases
  readonly doors: readonly FrontDoor[]
  readonly collide: (names: readonly DoorName[]) => boolean
  readonly randomness: Randomness
  readonly issuerOf: (tenant: Tenant) => string
  readonly dataDir: string
}

/** @returns what to print: for every door the commands of its document, ready to paste */
export async function runDemo(deps: Deps): Promise<string> {
  const path = join(deps.dataDir, 'demo.json')
  const before = await readDemoFile(path)
  const sections: string[] = []
  const content: Record<string, DemoSettings> = { ...before }
  for (const planned of planTenants(deps.doors, deps.collide)) {
    const tenant = await ensureTenant(deps, planned)
    const kit = createDemoKit({ useCases: deps.useCases, tenant: tenant.name, randomness: deps.randomness })
    const baseUrl = deps.issuerOf(tenant)
    for (const { name, title, documentUrl, demo } of planned.doors) {
      if (demo === undefined) continue
      const settings: DemoSettings = { ...(before?.[name] ?? (await demo.prepare(kit))), baseUrl }
      content[name] = settings
      const commands = demo.commands(settings).map(({ title: what, command }) => `# ${what}\n${command}`)
      sections.push([`${'-'.repeat(3)} ${title} (${documentUrl})`, ...commands].join('\n\n'))
    }
  }
  await writeDemoFile(path, content satisfies DemoFile)
  return [`The demo: for trying things out, not for the open internet. Its passwords and keys are in ${path}.`, ...sections].join('\n\n')
}

async function ensureTenant({ useCases }: Deps, { name, isDefault, doors }: DemoTenant): Promise<Tenant> {
  const found = await useCases.findTenant({ name })
  if (found !== undefined) return openNewDoors(useCases, found, doors)
  const created = await useCases.createTenant({ name, hostNames: [], doors: doors.map((door) => door.name), isDefault })
  if (!created.ok) throw new Error(`the demo's tenant ${name} could not be made: ${created.refusal.code}`)
  const organisation = await useCases.createOrganisation({ tenant: name, name: DEMO_ORGANISATION })
  if (!organisation.ok) throw new Error(`the demo's organisation could not be made: ${organisation.refusal.code}`)
  return created.value
}

/** Doors that this program has and the one that made the demo had not. */
async function openNewDoors(useCases: UseCases, tenant: Tenant, doors: readonly FrontDoor[]): Promise<Tenant> {
  let opened = tenant
  for (const { name } of doors.filter((door) => !tenant.doors.includes(door.name))) {
    const added = await useCases.addDoor({ tenant: tenant.name, door: name })
    if (!added.ok) throw new Error(`the door ${name} could not be opened in the demo's tenant: ${added.refusal.code}`)
    opened = added.value
  }
  return opened
}

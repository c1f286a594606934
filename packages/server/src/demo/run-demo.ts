/**
 * The demo: a tenant with every door, an account and an application for each, made through the same use cases that operators call.
 * What a door needs, and the commands of its document, the door states itself (`front-doors/door-demo.ts`). A second start keeps all.
 */
import { join } from 'node:path'
import type { Randomness } from '../domain/randomness.ts'
import type { DoorName, Tenant } from '../domain/tenant.ts'
import type { DemoKit, DemoSettings, DemoValue, DoorDemo } from '../front-doors/door-demo.ts'
import type { FrontDoor } from '../front-doors/front-door.ts'
import type { DemoTenantLink } from '../front-doors/guide/material.ts'
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

/** Whose telephones the demo would send messages to: those of the platforms' documents. */
const DEMO_COUNTRIES = ['DE', 'IN', 'GB', 'US']

/** What the front page of a demo shows. All of it is JSON. */
export interface DemoView {
  readonly settings: DemoFile
  readonly tenants: readonly DemoTenantLink[]
}

export interface RunDemo extends DemoView {
  /** What to print: the address of the front page, and for every door the commands of its document, ready to paste. */
  readonly announcement: string
}

export async function runDemo(deps: Deps): Promise<RunDemo> {
  const path = join(deps.dataDir, 'demo.json')
  const before = await readDemoFile(path)
  const sections: string[] = []
  const content: Record<string, DemoSettings> = { ...before }
  const tenants: DemoTenantLink[] = []
  for (const planned of planTenants(deps.doors, deps.collide)) {
    const tenant = await ensureTenant(deps, planned)
    const baseUrl = deps.issuerOf(tenant)
    const [first] = planned.doors
    if (first === undefined) continue
    const { useCases, randomness } = deps
    const kit = createDemoKit({ useCases, tenant: tenant.name, door: first.name, baseUrl, randomness })
    tenants.push({ name: tenant.name, baseUrl, doors: planned.doors.filter((door) => !door.isInEveryTenant).map(({ title }) => title) })
    for (const { name, title, documentUrl, demo, isInEveryTenant } of planned.doors) {
      if (demo === undefined) continue
      const settings: DemoSettings = { ...(await furnish(demo, kit, before?.[name])), baseUrl }
      if (!isInEveryTenant) await openDoor(deps.useCases, tenant.name, name) // after its applications, which are then not those of a plain tenant
      content[name] = settings
      const commands = demo.commands(settings).map(({ title: what, command }) => `# ${what}\n${command}`)
      sections.push([`${'-'.repeat(3)} ${title} (${documentUrl})`, ...commands].join('\n\n'))
    }
  }
  await writeDemoFile(path, content satisfies DemoFile)
  const notice = `The demo: for trying things out, not for the open internet. Its passwords and keys are in ${path}.`
  const announcement = [`${invite(tenants)}\n${notice}`, ...sections].join('\n\n')
  return { announcement, settings: content, tenants }
}

/** @param before what an earlier start has made */
async function furnish(demo: DoorDemo, kit: DemoKit, before: DemoSettings | undefined): Promise<Readonly<Record<string, DemoValue>>> {
  if (before === undefined) return demo.prepare(kit)
  return before.baseUrl === kit.baseUrl || demo.move === undefined ? before : demo.move(kit, before)
}

function invite([first]: readonly DemoTenantLink[]): string {
  if (first === undefined) throw new Error('the demo has no tenant')
  return `Open ${first.baseUrl}/ in a browser to try every door.`
}

/** Every step by itself may have been made already: by an earlier start, which may have been cut off in the middle. */
async function ensureTenant({ useCases }: Deps, { name, isDefault }: DemoTenant): Promise<Tenant> {
  const found = (await useCases.list.tenants()).find((tenant) => tenant.name === name)
  if (found === undefined) {
    const created = await useCases.createTenant({ name, hostNames: [], doors: [], isDefault })
    if (!created.ok) throw new Error(`the demo's tenant ${name} could not be made: ${created.refusal.code}`)
  }
  const organisation = await useCases.createOrganisation({ tenant: name, name: DEMO_ORGANISATION })
  if (!organisation.ok && organisation.refusal.code !== 'name_taken')
    throw new Error(`the demo's organisation could not be made: ${organisation.refusal.code}`)
  if (found === undefined || found.phones.countries.length === 0) {
    const phones = await useCases.setPhones({ tenant: name, countries: DEMO_COUNTRIES, registersIn: { organisation: DEMO_ORGANISATION } })
    if (!phones.ok) throw new Error(`the demo's telephones could not be set: ${phones.refusal.code}`)
  }
  const tenant = found ?? (await useCases.findTenant({ name }))
  if (tenant === undefined) throw new Error(`the demo's tenant ${name} has gone`)
  return tenant
}

/** One that is open already stays as it is; a program that has more doors than the one that made the demo opens these too. */
async function openDoor(useCases: UseCases, tenant: string, door: DoorName): Promise<void> {
  const opened = await useCases.addDoor({ tenant, door })
  if (!opened.ok) throw new Error(`the door ${door} could not be opened in the demo's tenant: ${opened.refusal.code}`)
}

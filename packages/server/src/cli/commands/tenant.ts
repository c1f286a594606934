import type { Command } from 'commander'
import { accept } from '../../domain/outcome.ts'
import type { DoorName } from '../../domain/tenant.ts'
import { answer } from '../answer.ts'
import { addNoun, explain } from '../command-help.ts'
import { collect, collectNames } from '../option-values.ts'
import type { Run } from '../run-command.ts'
import { addSetPhones } from './set-phones.ts'
import { addSwitch } from './switch.ts'
import { TENANT } from './tenant-view.ts'

interface CreateOptions {
  readonly doors: readonly DoorName[]
  readonly hostName?: readonly string[]
  readonly default?: true
}

export function addTenantCommands(program: Command, run: Run): void {
  const noun = addNoun(program, 'tenant', 'brands: each with its doors, host names, keys, accounts and applications', [
    'ringkey tenant create acme --doors smartflo --host-name id.acme.example',
    'ringkey tenant list',
  ])
  addCreate(noun, run)
  addAddDoor(noun, run)
  addSetPhones(noun, run)
  explain(noun.command('list').description('list all tenants'), {
    examples: ['ringkey tenant list', 'ringkey tenant list --json'],
    json: `{ "tenants": [${TENANT.shape}] }`,
  }).action(() =>
    run(({ onStore }) =>
      onStore(async (useCases) => {
        const tenants = await useCases.list.tenants()
        return accept({ document: { tenants: tenants.map(TENANT.toJson) }, table: TENANT.toTable(tenants), notes: [] })
      }),
    ),
  )
  addSwitch(noun, run, {
    argument: { name: 'name', description: 'name of the tenant' },
    key: 'name',
    example: 'acme',
    what: 'a tenant',
    effect: 'all its doors refuse, and all its tokens',
    isInTenant: false,
    targetOf: (name) => ({ noun: 'tenant', tenant: name }),
    endsSessions: (name) => ({ noun: 'tenant', tenant: name }),
  })
}

function addCreate(noun: Command, run: Run): void {
  const create = noun
    .command('create')
    .description('make a tenant')
    .argument('<name>', 'lower-case letters, digits and hyphens; stands in /t/<name>')
    .requiredOption('--doors <names>', 'its front doors, parted by commas', collectNames)
    .option('--host-name <name>', 'a host name of its own; may be repeated', collect)
    .option('--default', 'the tenant that answers on a shared host without /t/<name>')
  explain(create, {
    examples: ['ringkey tenant create acme --doors smartflo --host-name id.acme.example'],
    json: `{ "tenant": ${TENANT.shape} }`,
  }).action((name: string, options: CreateOptions) =>
    run(({ onStore }) =>
      onStore(async (useCases) => {
        const request = { name, doors: options.doors, hostNames: options.hostName ?? [], isDefault: options.default === true }
        return answer(await useCases.createTenant(request), (tenant) => ({
          document: { tenant: TENANT.toJson(tenant) },
          table: TENANT.toTable([tenant]),
          notes: ['Tenant made.'],
        }))
      }),
    ),
  )
}

function addAddDoor(noun: Command, run: Run): void {
  const addDoor = noun
    .command('add-door')
    .description('open one more front door of a tenant; a running server serves it at once')
    .argument('<name>', 'name of the tenant')
    .argument('<door>', 'name of the door')
  explain(addDoor, { examples: ['ringkey tenant add-door acme smartflo'], json: `{ "tenant": ${TENANT.shape} }` }).action(
    (name: string, door: DoorName) =>
      run(({ onStore }) =>
        onStore(async (useCases) =>
          answer(await useCases.addDoor({ tenant: name, door }), (tenant) => ({
            document: { tenant: TENANT.toJson(tenant) },
            table: TENANT.toTable([tenant]),
            notes: ['The door is open.'],
          })),
        ),
      ),
  )
}

import type { Command } from 'commander'
import type { Organisation } from '../../domain/organisation.ts'
import { answer } from '../answer.ts'
import { addNoun, explain } from '../command-help.ts'
import { tenantOption } from '../option-values.ts'
import type { Run } from '../run-command.ts'
import { createView, instant } from '../view.ts'
import { addSwitch } from './switch.ts'

const ORGANISATION = createView<Organisation>()(
  {
    id: (organisation) => organisation.id,
    name: (organisation) => organisation.name,
    enabled: (organisation) => organisation.enabled,
    createdAt: (organisation) => instant(organisation.createdAt),
  },
  ['name', 'id', 'enabled', 'createdAt'],
)

interface InTenant {
  readonly tenant?: string
}

export function addOrganisationCommands(program: Command, run: Run): void {
  const noun = addNoun(program, 'organisation', 'customers of a tenant: companies, switchboards; accounts belong to them', [
    'ringkey organisation create "Example Ltd"',
    'ringkey organisation list --tenant acme',
  ])
  const create = noun
    .command('create')
    .description('make an organisation')
    .argument('<name>', 'unique in its tenant')
    .addOption(tenantOption())
  explain(create, { examples: ['ringkey organisation create "Example Ltd"'], json: `{ "organisation": ${ORGANISATION.shape} }` }).action(
    (name: string, options: InTenant) =>
      run(({ onTenant }) =>
        onTenant(options.tenant, async (useCases, tenant) =>
          answer(await useCases.createOrganisation({ tenant, name }), (organisation) => ({
            document: { organisation: ORGANISATION.toJson(organisation) },
            table: ORGANISATION.toTable([organisation]),
            notes: ['Organisation made.'],
          })),
        ),
      ),
  )
  const list = noun.command('list').description('list the organisations of a tenant').addOption(tenantOption())
  explain(list, { examples: ['ringkey organisation list'], json: `{ "organisations": [${ORGANISATION.shape}] }` }).action(
    (options: InTenant) =>
      run(({ onTenant }) =>
        onTenant(options.tenant, async (useCases, tenant) =>
          answer(await useCases.list.organisations(tenant), (organisations) => ({
            document: { organisations: organisations.map(ORGANISATION.toJson) },
            table: ORGANISATION.toTable(organisations),
            notes: [],
          })),
        ),
      ),
  )
  addSwitch(noun, run, {
    argument: { name: 'name', description: 'name of the organisation' },
    key: 'name',
    example: '"Example Ltd"',
    what: 'an organisation',
    effect: 'none of its accounts can sign in, and their tokens are refused',
    isInTenant: true,
    targetOf: (organisation, tenant) => ({ noun: 'organisation', tenant, organisation }),
  })
}

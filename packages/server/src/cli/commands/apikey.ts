import type { Command } from 'commander'
import type { ApiKey } from '../../domain/api-key.ts'
import type { ApiKeyId } from '../../domain/ids.ts'
import { answer } from '../answer.ts'
import { addNoun, explain } from '../command-help.ts'
import { tenantOption } from '../option-values.ts'
import type { Run } from '../run-command.ts'
import { createView, instant } from '../view.ts'
import { addSwitch } from './switch.ts'

const API_KEY = createView<ApiKey>()(
  {
    id: (key) => key.id,
    applicationId: (key) => key.applicationId,
    name: (key) => key.name,
    enabled: (key) => key.enabled,
    createdAt: (key) => instant(key.createdAt),
    lastUsedAt: (key) => instant(key.lastUsedAt),
  },
  ['id', 'name', 'applicationId', 'enabled', 'createdAt', 'lastUsedAt'],
)

export function addApiKeyCommands(program: Command, run: Run): void {
  const noun = addNoun(program, 'apikey', 'API keys: they name an application on each call, in the header apikey', [
    'ringkey apikey create production --application voice-portal',
    'ringkey apikey list',
  ])
  addCreate(noun, run)
  addList(noun, run)
  addSwitch(noun, run, {
    argument: { name: 'id', description: 'id of the API key (key_…)' },
    key: 'id',
    example: 'key_ab2cd3ef4gh5ij6kl7mn2op3',
    what: 'an API key',
    effect: 'calls with it are refused',
    isInTenant: true,
    // Whether there is such a key is the use case's answer.
    targetOf: (id, tenant) => ({ noun: 'api_key', tenant, id: id as ApiKeyId }),
  })
}

function addCreate(noun: Command, run: Run): void {
  const create = noun
    .command('create')
    .description('make an API key; it is printed this once')
    .argument('<name>', 'what it is for; unique in its application')
    .requiredOption('--application <client-id>', 'the application that it names')
    .addOption(tenantOption())
  explain(create, {
    examples: ['ringkey apikey create production --application voice-portal > apikey.txt'],
    json: `{ "apiKey": ${API_KEY.shape}, "secret" }, where "secret" is the API key itself, shown this once`,
  }).action((name: string, options: { readonly application: string; readonly tenant?: string }) =>
    run(({ onTenant }) =>
      onTenant(options.tenant, async (useCases, tenant) =>
        answer(await useCases.createApiKey({ tenant, clientId: options.application, name }), ({ key, apiKey }) => ({
          document: { apiKey: API_KEY.toJson(key), secret: apiKey },
          madeSecret: apiKey,
          notes: [`API key ${key.id} made. It is shown this once. Keep it.`],
        })),
      ),
    ),
  )
}

function addList(noun: Command, run: Run): void {
  const list = noun
    .command('list')
    .description('list the API keys of a tenant, or of one application; the keys themselves are not kept')
    .option('--application <client-id>', 'only those of this application')
    .addOption(tenantOption())
  explain(list, { examples: ['ringkey apikey list --application voice-portal'], json: `{ "apiKeys": [${API_KEY.shape}] }` }).action(
    (options: { readonly application?: string; readonly tenant?: string }) =>
      run(({ onTenant }) =>
        onTenant(options.tenant, async (useCases, tenant) =>
          answer(await useCases.list.apiKeys(tenant, options.application), (keys) => ({
            document: { apiKeys: keys.map(API_KEY.toJson) },
            table: API_KEY.toTable(keys),
            notes: [],
          })),
        ),
      ),
  )
}

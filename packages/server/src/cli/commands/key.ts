import type { Command } from 'commander'
import type { KeyState, StoredKey } from '../../domain/signing-key.ts'
import { answer } from '../answer.ts'
import { addNoun, explain } from '../command-help.ts'
import { tenantOption } from '../option-values.ts'
import type { Run } from '../run-command.ts'
import { createView, instant } from '../view.ts'

interface ListedKey {
  readonly key: StoredKey
  readonly state: KeyState
}

/** Without the key itself, sealed or not. */
const KEY = createView<ListedKey>()(
  {
    id: ({ key }) => key.id,
    purpose: ({ key }) => key.purpose,
    algorithm: ({ key }) => key.algorithm,
    state: ({ state }) => state,
    createdAt: ({ key }) => instant(key.createdAt),
    activatesAt: ({ key }) => instant(key.activatesAt),
    retiresAt: ({ key }) => instant(key.retiresAt),
  },
  ['id', 'purpose', 'algorithm', 'state', 'createdAt', 'activatesAt', 'retiresAt'],
)

interface InTenant {
  readonly tenant?: string
}

export function addKeyCommands(program: Command, run: Run): void {
  const noun = addNoun(program, 'key', 'the keys that a tenant signs with', ['ringkey key list', 'ringkey key rotate --tenant acme'])
  const list = noun.command('list').description('list the keys of a tenant; the keys themselves are not shown').addOption(tenantOption())
  explain(list, { examples: ['ringkey key list'], json: `{ "keys": [${KEY.shape}] }` }).action((options: InTenant) =>
    run(({ onTenant }) =>
      onTenant(options.tenant, async (useCases, tenant) =>
        answer(await useCases.list.keys(tenant), (keys) => ({
          document: { keys: keys.map(KEY.toJson) },
          table: KEY.toTable(keys),
          notes: [],
        })),
      ),
    ),
  )
  const rotate = noun
    .command('rotate')
    .description('make successors of all keys of a tenant; the old ones are still accepted')
    .addOption(tenantOption())
  explain(rotate, { examples: ['ringkey key rotate'], json: '{ "keys", "activatesAt" }' }).action((options: InTenant) =>
    run(({ onTenant }) =>
      onTenant(options.tenant, async (useCases, tenant) =>
        answer(await useCases.rotateKeys({ tenant }), ({ keys, activatesAt }) => ({
          document: { keys, activatesAt: instant(activatesAt) },
          notes: [`${keys} keys made. They are published now and sign from ${instant(activatesAt)} on.`],
        })),
      ),
    ),
  )
  const retire = noun
    .command('retire')
    .description('end one key, and all tokens that it has made, at once: for a key that may have leaked')
    .argument('<id>', 'id of the key')
    .addOption(tenantOption())
  explain(retire, { examples: ['ringkey key retire hw4aq5wrmetxyr5w'], json: '{ "id", "retired" }' }).action(
    (id: string, options: InTenant) =>
      run(({ onTenant }) =>
        onTenant(options.tenant, async (useCases, tenant) =>
          answer(await useCases.retireKey({ tenant, keyId: id }), () => ({ document: { id, retired: true }, notes: ['Retired.'] })),
        ),
      ),
  )
  const reseal = noun
    .command('reseal')
    .description('seal the keys of all tenants under another master key, while no server runs; what the keys have made goes on')
    .requiredOption('--new-key-file <path>', 'the file of the new master key; made if it is not there')
  explain(reseal, {
    examples: ['ringkey key reseal --new-key-file /root/new-master.key'],
    json: '{ "keys", "newKeyFile", "madeFile" }',
  }).action(({ newKeyFile }: { readonly newKeyFile: string }) =>
    run(async ({ deps, loadConfig }) => {
      const loaded = loadConfig()
      if (!loaded.ok) return loaded
      return answer(await deps.resealKeys(loaded.value.config, { newKeyFile }), ({ keys, madeFile }) => ({
        document: { keys, newKeyFile, madeFile },
        notes: [
          `${keys} keys are sealed under the master key of ${newKeyFile}. The old one opens nothing any more.`,
          'Put that file in the place of the old one (master.key in the data directory, or RINGKEY_MASTER_KEY_FILE), then start the server.',
          'Keep the old key with the backups that were made under it.',
        ],
      }))
    }),
  )
}

import type { Command } from 'commander'
import type { EffectiveSetting } from '../../config/config.ts'
import { answer } from '../answer.ts'
import { addNoun, explain } from '../command-help.ts'
import type { Run } from '../run-command.ts'
import { createView } from '../view.ts'

/** A secret has no value here: the configuration does not hand it out. */
const SETTING = createView<EffectiveSetting>()(
  {
    name: (setting) => setting.name,
    value: (setting) => setting.value ?? null,
    source: (setting) => setting.source,
    isSecret: (setting) => setting.isSecret,
  },
  ['name', 'value', 'source'],
)

export function addConfigCommands(program: Command, run: Run): void {
  const noun = addNoun(program, 'config', 'the settings: RINGKEY_* variables and the JSON file that RINGKEY_CONFIG_FILE names', [
    'ringkey config print',
  ])
  const print = noun.command('print').description('show the effective value of each setting and where it comes from; secrets are not shown')
  explain(print, {
    examples: ['ringkey config print', 'RINGKEY_CONFIG_FILE=./ringkey.json ringkey config print --json'],
    json: `{ "configFile", "settings": [${SETTING.shape}] }, where "source" is flag, environment, file or default`,
  }).action(() =>
    run(async ({ loadConfig }) =>
      answer(loadConfig(), ({ configFile, effective }) => ({
        document: { configFile: configFile ?? null, settings: effective.map(SETTING.toJson) },
        table: SETTING.toTable(effective.map(forPeople)),
        notes: [],
      })),
    ),
  )
}

/** Says what holds where there is no value to show. */
function forPeople(setting: EffectiveSetting): EffectiveSetting {
  const shown = setting.whenUnset === undefined ? '(not shown)' : `(${setting.whenUnset.replaceAll('`', '')})`
  return { ...setting, value: setting.value ?? shown }
}

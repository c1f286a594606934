import { fileNameOf, type Setting } from './setting.ts'
import { CONFIG_FILE_NAME, CONFIG_FILE_SENTENCE, SETTING_KEYS, SETTINGS } from './settings.ts'

/** docs/reference/config.md, made from the schema. */
export function renderConfigReference(): string {
  const rows = SETTING_KEYS.flatMap((key) => rowsOf(SETTINGS[key]))
  return `${INTRODUCTION}
| name | type | default | what it is |
|---|---|---|---|
${rows.join('\n')}
| \`${CONFIG_FILE_NAME}\` | path | none | ${CONFIG_FILE_SENTENCE} |
`
}

const INTRODUCTION = `<!-- Made by \`npm run docs\` from packages/server/src/config/settings.ts. Change it there. -->

# Settings

Each setting is a variable of the environment, or a key of the same name in the JSON file that \`${CONFIG_FILE_NAME}\` names:

    { "RINGKEY_PORT": 8443, "RINGKEY_SHARED_HOSTS": ["id.example.com", "login.example.com"] }

- A variable wins over the file. A list is written with commas, in the file also as an array of strings.
- A secret can be given as a file: its name with \`_FILE\` after it. Giving both is an error. A file with a secret must be readable by its owner only
  (\`chmod 600\`); where root owns it, a group that the server belongs to may read it too.
- A setting that is unknown, empty or wrong stops the start, and all that is wrong is listed at once (exit code 9).
- \`ringkey config print\` shows the effective value of each setting and where it comes from. Secrets are not shown.
- Beyond loopback the server needs TLS: either both TLS files, or a proxy that ends TLS and is named in \`${SETTINGS.trustedProxies.name}\`.
`

function rowsOf(setting: Setting<unknown>): string[] {
  const type = setting.unit === undefined ? setting.type.name : `${setting.type.name}, in ${setting.unit}`
  const standard = setting.default === undefined ? (setting.whenUnset ?? 'none') : `\`${setting.default}\``
  const row = `| \`${setting.name}\` | ${setting.isSecret ? `secret: ${type}` : type} | ${standard} | ${setting.sentence} |`
  if (!setting.isSecret) return [row]
  return [row, `| \`${fileNameOf(setting)}\` | path | none | A file that holds \`${setting.name}\`. |`]
}

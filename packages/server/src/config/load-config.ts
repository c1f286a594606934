import { join, resolve } from 'node:path'
import { accept, type Outcome, refuse } from '../domain/outcome.ts'
import type { Config, ConfigProblem, ConfigRefusal, EffectiveSetting, LoadedConfig, MasterKey } from './config.ts'
import { crossCheck } from './cross-checks.ts'
import type { Environment } from './environment.ts'
import { type Layer, readEnvironmentLayer, readFileLayer, readFlagLayer } from './layers.ts'
import type { ReadFile } from './read-file.ts'
import { fileNameOf, type Parsed, type Setting } from './setting.ts'
import { CONFIG_FILE_NAME, SETTING_KEYS, SETTINGS, type SettingKey, type SettingValues } from './settings.ts'
import { loadTls } from './tls.ts'

export interface ConfigSources {
  readonly environment: Environment
  /** Texts given on the command line, by the name of the setting. They win over all else. */
  readonly flags?: Readonly<Record<string, string>>
  readonly readFile: ReadFile
  /** Absolute; relative paths start here. */
  readonly workingDirectory: string
  readonly cores: number
}

const MASTER_KEY_FILE_NAME = 'master.key'

/** Reads all settings from all sources. A refusal lists every problem, not the first. */
export function loadConfig(sources: ConfigSources): Outcome<LoadedConfig, ConfigRefusal> {
  const problems: ConfigProblem[] = []
  const keep = <Value>(read: { readonly value: Value; readonly problems: readonly ConfigProblem[] }): Value => {
    problems.push(...read.problems)
    return read.value
  }
  const variables = keep(readEnvironmentLayer(sources.environment))
  const configFile = variables.texts.get(CONFIG_FILE_NAME)
  const layers: Layer[] = [keep(readFlagLayer(sources.flags ?? {})), variables]
  if (configFile !== undefined && configFile.trim() !== '')
    layers.push(keep(readFileLayer(configFile, sources.readFile, sources.workingDirectory)))

  const { values, failed, effective } = keep(readValues(layers, sources))
  const absolute = { ...values, dataDir: resolve(sources.workingDirectory, values.dataDir) }
  problems.push(...crossCheck(absolute, failed))
  const tls = keep(loadTls(absolute, sources))
  const masterKey = failed.has('masterKey') || failed.has('dataDir') ? undefined : keep(findMasterKey(absolute, sources.readFile))
  if (problems.length > 0 || masterKey === undefined) return refuse({ code: 'configuration_invalid', problems })
  return accept({ config: assemble(absolute, { tls, masterKey, cores: sources.cores }), configFile, effective })
}

/** Node's, unless UV_THREADPOOL_SIZE says otherwise. One is left for RSA signatures, which else would wait behind hashes. */
const POOL_THREADS = 4

function assemble(values: SettingValues, made: Pick<Config, 'tls' | 'masterKey'> & { readonly cores: number }): Config {
  return {
    host: values.host,
    port: values.port,
    publicUrl: values.publicUrl,
    sharedHosts: values.sharedHosts ?? [],
    dataDir: values.dataDir,
    masterKey: made.masterKey,
    tls: made.tls,
    trustedProxies: values.trustedProxies ?? [],
    metricsPort: values.metricsPort === 'off' ? undefined : values.metricsPort,
    logLevel: values.logLevel,
    maxConnections: values.maxConnections,
    sms: values.smsUrl === undefined || values.smsSecret === undefined ? undefined : { url: values.smsUrl, secret: values.smsSecret },
    mail:
      values.mailUrl === undefined || values.mailFrom === undefined
        ? undefined
        : { url: values.mailUrl, from: values.mailFrom, password: values.mailPassword, perDay: values.mailPerDay },
    workers: values.workers,
    hashWorkers: values.hashWorkers ?? Math.min(made.cores, POOL_THREADS - 1),
  }
}

interface ReadValues {
  readonly values: SettingValues
  /** Settings that could not be read; each stands in `values` with its default. */
  readonly failed: ReadonlySet<SettingKey>
  readonly effective: readonly EffectiveSetting[]
}

function readValues(layers: readonly Layer[], sources: ConfigSources): { value: ReadValues; problems: ConfigProblem[] } {
  const values: Partial<Record<SettingKey, unknown>> = {}
  const failed = new Set<SettingKey>()
  const effective: EffectiveSetting[] = []
  const problems: ConfigProblem[] = []
  for (const key of SETTING_KEYS) {
    const setting: Setting<unknown> = SETTINGS[key]
    const layer = layers.find(({ texts }) => texts.has(setting.name) || (setting.isSecret && texts.has(fileNameOf(setting))))
    const given = layer === undefined ? undefined : readText(setting, layer.texts, sources)
    const parsed = given === undefined ? readDefault(setting) : given.parsed
    if ('problem' in parsed) {
      // What is set to nothing has been reported with its layer.
      if (given?.isEmpty !== true) problems.push({ name: given?.name ?? setting.name, problem: parsed.problem })
      failed.add(key)
    }
    const read = 'problem' in parsed ? readDefault(setting) : parsed
    values[key] = 'value' in read ? read.value : undefined
    effective.push(describe(setting, values[key], layer?.source ?? 'default'))
  }
  // Each value has been made by the type of its own setting.
  return { value: { values: values as unknown as SettingValues, failed, effective }, problems }
}

function readDefault(setting: Setting<unknown>): Parsed<unknown> {
  return setting.default === undefined ? { value: undefined } : setting.type.parse(setting.default)
}

interface GivenText {
  /** The name under which it was given. */
  readonly name: string
  readonly isEmpty?: boolean
  readonly parsed: Parsed<unknown>
}

function readText(setting: Setting<unknown>, texts: Layer['texts'], { readFile, workingDirectory }: ConfigSources): GivenText {
  const name = texts.has(setting.name) ? setting.name : fileNameOf(setting)
  const text = texts.get(name) ?? ''
  if (text.trim() === '') return { name, isEmpty: true, parsed: { problem: '' } }
  return {
    name,
    parsed: name === setting.name ? setting.type.parse(text) : readSecretFile(setting, resolve(workingDirectory, text), readFile),
  }
}

function readSecretFile(setting: Setting<unknown>, path: string, readFile: ReadFile): Parsed<unknown> {
  const read = readFile(path)
  if (!read.ok) return { problem: `names ${path}, which ${read.problem}` }
  if (read.othersCanRead) return { problem: `names ${path}, which can be read by others: chmod 600 it` }
  const parsed = setting.type.parse(read.text.trim())
  return 'problem' in parsed ? { problem: `names ${path}, whose content ${parsed.problem}` } : parsed
}

function describe(setting: Setting<unknown>, value: unknown, source: EffectiveSetting['source']): EffectiveSetting {
  return {
    name: setting.name,
    value: value === undefined || setting.isSecret ? undefined : setting.type.show(value),
    whenUnset: value === undefined ? setting.whenUnset : undefined,
    isSecret: setting.isSecret,
    source,
  }
}

function findMasterKey(
  { masterKey, dataDir }: SettingValues,
  readFile: ReadFile,
): { value: MasterKey | undefined; problems: ConfigProblem[] } {
  if (masterKey !== undefined) return { value: { kind: 'present', key: masterKey }, problems: [] }
  const file = join(dataDir, MASTER_KEY_FILE_NAME)
  const read = readFile(file)
  if (!read.ok && read.isMissing) return { value: { kind: 'absent', file }, problems: [] }
  const bad = (problem: string) => ({ value: undefined, problems: [{ name: file, problem }] })
  if (!read.ok) return bad(read.problem)
  if (read.othersCanRead) return bad('can be read by others: chmod 600 it')
  const parsed = SETTINGS.masterKey.type.parse(read.text.trim())
  return 'problem' in parsed ? bad(parsed.problem) : { value: { kind: 'present', key: parsed.value }, problems: [] }
}

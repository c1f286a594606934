/**
 * Configuration: one schema (`settings.ts`), read once at the start and handed down as a value.
 *
 * - `load-config.ts` sources -> layers (`layers.ts`) -> values -> `cross-checks.ts` -> `Config`, or every problem at once
 * - `environment.ts` is the only reader of the process's environment; `read-file.ts` reads a file and its mode
 * - `reference.ts` makes docs/reference/config.md
 *
 * Nothing here makes a file. What the data directory lacks is made by the command that sets it up.
 */
import type { Refusal } from '../domain/outcome.ts'
import { isUnspecifiedHost } from './addresses.ts'
import type { SettingValues } from './settings.ts'

/** Where the key is under which all other keys are sealed. */
export type MasterKey =
  | { readonly kind: 'present'; readonly key: Buffer }
  /** None is given and `file`, in the data directory, is not there. It may be made with a new data directory, and only then. */
  | { readonly kind: 'absent'; readonly file: string }

export interface Tls {
  readonly certFile: string
  readonly keyFile: string
  /** Contents of the two files as they were at the start; they belong together. */
  readonly certificatePem: string
  readonly privateKeyPem: string
}

type SameAsSet = 'host' | 'port' | 'publicUrl' | 'logLevel' | 'maxConnections' | 'workers'

/** The effective configuration. */
export interface Config extends Pick<SettingValues, SameAsSet> {
  readonly sharedHosts: readonly string[]
  /** Absolute. */
  readonly dataDir: string
  readonly masterKey: MasterKey
  readonly tls: Tls | undefined
  readonly trustedProxies: readonly string[]
  /** undefined: no metrics listener; 0: any free port */
  readonly metricsPort: number | undefined
  /** Where text messages go; undefined: none leaves */
  readonly sms: { readonly url: URL; readonly secret: string } | undefined
  /** Where e-mail goes, and how many letters a tenant may have in a day; undefined: none leaves */
  readonly mail: { readonly url: URL; readonly from: string; readonly password: string | undefined; readonly perDay: number } | undefined
  readonly hashWorkers: number
}

/** Where the effective value of a setting comes from. */
export type Source = 'flag' | 'environment' | 'file' | 'default'

export interface EffectiveSetting {
  readonly name: string
  /** undefined: unset, or a secret */
  readonly value: string | undefined
  readonly whenUnset: string | undefined
  readonly isSecret: boolean
  readonly source: Source
}

export interface LoadedConfig {
  readonly config: Config
  /** undefined: none is named */
  readonly configFile: string | undefined
  readonly effective: readonly EffectiveSetting[]
}

export interface ConfigProblem {
  /** The setting or the file that it is about. */
  readonly name: string
  /** A predicate that follows the name. Holds no secret. */
  readonly problem: string
}

export type ConfigRefusal = Refusal<'configuration_invalid'> & { readonly problems: readonly ConfigProblem[] }

/**
 * The base of issuers, links and redirects.
 * @param listeningPort the port that the listener got, which is not the configured one where that is 0
 */
export function publicUrlOf(config: Pick<Config, 'host' | 'publicUrl' | 'tls'>, listeningPort: number): URL {
  if (config.publicUrl !== undefined) return config.publicUrl
  const host = isUnspecifiedHost(config.host) ? 'localhost' : config.host
  const bracketed = host.includes(':') ? `[${host}]` : host
  return new URL(`${config.tls === undefined ? 'http' : 'https'}://${bracketed}:${listeningPort}`)
}

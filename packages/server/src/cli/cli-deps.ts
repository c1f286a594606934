import type { Config, ConfigRefusal, LoadedConfig } from '../config/config.ts'
import type { ReadFile } from '../config/read-file.ts'
import type { Outcome, Refusal } from '../domain/outcome.ts'
import type { DoorName, Tenant } from '../domain/tenant.ts'
import type { CreateTenant, UseCases } from '../use-cases/use-cases.ts'
import type { CliStreams } from './cli-streams.ts'
import type { Finding } from './finding.ts'
import type { KeeperDeps } from './keeper/keeper-deps.ts'
import type { RefusalOf } from './refusal-of.ts'

/** Why the data directory cannot be opened. */
export type OpenRefusal = Refusal<
  | 'not_initialised'
  /** There is a store, and no key to open what it holds. None is made in its place. */
  | 'master_key_missing'
  /** The key is not the one under which the store's keys are sealed. */
  | 'master_key_wrong'
  | 'schema_newer'
  | 'data_directory_unusable'
>

/** Why a server does not start. */
export type StartRefusal = OpenRefusal | Refusal<'address_in_use' | 'address_unusable' | 'tenant_doors_collide'>

export interface OpenedUseCases {
  readonly useCases: UseCases
  /** Called once, after the command; what was acknowledged is durable before. */
  close(): Promise<void>
}

export interface InitialiseRequest {
  /** Name of the default tenant. */
  readonly tenant: string
  readonly doors: readonly DoorName[]
}

export interface Initialised {
  readonly tenant: Tenant
  /** The master key that was made; undefined: one was given, and none was made. */
  readonly madeMasterKeyFile: string | undefined
}

/** Which of the directory, its key, its schema or its first tenant is there already does not matter: nothing is made then. */
export type InitialiseRefusal = RefusalOf<CreateTenant> | OpenRefusal | Refusal<'already_initialised'>

export interface Resealed {
  readonly keys: number
  /** Whether the file of the new key was not there, and was made. */
  readonly madeFile: boolean
}

export type ResealRefusal = OpenRefusal | Refusal<'new_master_key_unusable' | 'store_in_use'>

/** What the command line is made of. The composition root makes it; each function does its work only when a command calls it. */
export interface CliDeps {
  readonly version: string
  /** The front doors that exist, for the message about one that does not. */
  doors(): Promise<readonly DoorName[]>
  readonly streams: CliStreams
  /** @param flags settings given on the command line, by name */
  loadConfig(flags: Readonly<Record<string, string>>): Outcome<LoadedConfig, ConfigRefusal>
  readonly readFile: ReadFile
  /** What the commands of integrators work with. */
  readonly keeper: KeeperDeps
  openUseCases(config: Config): Promise<Outcome<OpenedUseCases, OpenRefusal>>
  initialise(config: Config, request: InitialiseRequest): Promise<Outcome<Initialised, InitialiseRefusal>>
  /** Seals all keys under the master key of this file, which is made if it is not there. No file is moved. */
  resealKeys(config: Config, request: { readonly newKeyFile: string }): Promise<Outcome<Resealed, ResealRefusal>>
  /** Looks at a server from the outside, and changes nothing. */
  examine(loaded: LoadedConfig): Promise<readonly Finding[]>
  /** Resolves when the server has stopped in an orderly way. */
  serve(config: Config, options: { readonly demo: boolean }): Promise<Outcome<undefined, StartRefusal>>
}

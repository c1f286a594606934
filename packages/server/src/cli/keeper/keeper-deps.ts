import type { ConnectionOptions, Store } from '@ringkey/client'
import type { CliStreams } from '../cli-streams.ts'

/** A file that a person named, and whether anybody else can read it. */
export type GivenFile = { readonly ok: true; readonly text: string; readonly othersCanRead: boolean } | { readonly ok: false }

export type Variables = Readonly<Record<string, string | undefined>>

/** What the commands of integrators are made of. */
export interface KeeperDeps {
  readonly streams: CliStreams
  readonly readFile: (path: string) => GivenFile
  /** Where sign-ins and tokens are; by default the client's own folder. */
  readonly store?: Store
  /** Parts of the machine; by default this one's. */
  readonly environment?: NonNullable<ConnectionOptions['environment']>
  readonly now: () => number
  /** This process's environment. */
  readonly variables: () => Variables
  /** By default this machine's. */
  readonly platform?: NodeJS.Platform
  /** How long `doctor` waits for a platform; by default 5 s. */
  readonly answerWithinMs?: number
  /** Keeps no process alive. */
  readonly pause: (ms: number) => Promise<void>
  /** The environment of a program that is started: all of this process's, and what is added. */
  readonly environmentOfChild: (added: Readonly<Record<string, string>>) => Variables
}

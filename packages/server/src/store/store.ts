/**
 * What the store promises, noun by noun. Two implementations pass one contract suite (`contract/`): SQLite, and in time PostgreSQL.
 *
 * The verbs state promises, not queries: "exactly one of N concurrent calls wins". A verb that changes something takes the audit
 * row of the change and writes both in one transaction, and resolves only when that is durable. A store that cannot answer
 * rejects with `Unavailable`; nothing of the verb has then happened, or, where the doc comment says so, its outcome is unknown.
 * Rows never leave this folder: the verbs speak the types of `domain/`.
 */
import type { AuditRow } from '../domain/audit-row.ts'
import type { StoredKey } from '../domain/signing-key.ts'
import type { EpochMs } from '../domain/time.ts'
import type { Accounts } from './accounts.ts'
import type { ApiKeys } from './api-keys.ts'
import type { Applications } from './applications.ts'
import type { AuditTrail } from './audit-trail.ts'
import type { KnownDevices } from './known-devices.ts'
import type { Letters } from './letters.ts'
import type { Limits } from './limits.ts'
import type { OneUseThings } from './one-use-things.ts'
import type { Organisations } from './organisations.ts'
import type { PermanentTokens } from './permanent-tokens.ts'
import type { Sessions } from './sessions.ts'
import type { SigningKeys } from './signing-keys.ts'
import type { Tenants } from './tenants.ts'

export interface Store {
  /** 16 random bytes made with the schema: a refresh token of one store means nothing to another. */
  readonly id: Buffer
  /** The newest instant that was committed before this opening; the clock goes on from there. */
  readonly newestInstant: EpochMs
  readonly tenants: Tenants
  readonly organisations: Organisations
  readonly accounts: Accounts
  readonly knownDevices: KnownDevices
  readonly applications: Applications
  readonly apiKeys: ApiKeys
  readonly sessions: Sessions
  readonly signingKeys: SigningKeys
  readonly permanentTokens: PermanentTokens
  readonly oneUseThings: OneUseThings
  readonly limits: Limits
  readonly letters: Letters
  readonly auditTrail: AuditTrail
  readonly masterKeyCheck: MasterKeyCheck
  readonly resealKeys: ResealKeys
  /**
   * Says that the store was answering at `at`. A gap between two beats becomes an outage: one of more than 5 s always, a shorter one if
   * this process opened the store in it, or a beat of its own failed. Every committed refresh is a beat too. Where there was a beat within
   * the last second nothing is written.
   * @returns the newest instant committed: another process may be ahead of this one
   */
  beat(at: EpochMs): Promise<EpochMs>
  /** When a process last said that it answers; undefined: never yet. */
  lastBeatAt(): Promise<EpochMs | undefined>
  /** Deletes what is long over, in steps of at most `maxRows`. @returns how many rows went */
  sweep(request: { readonly at: EpochMs; readonly maxRows: number }): Promise<number>
  /** Whether a write can be made now. Never rejects. */
  isHealthy(): Promise<boolean>
  /** Ends the work under way and closes. */
  close(): Promise<void>
}

/**
 * Seals every key of every tenant anew and puts the known text of the new master key in the place of the old one, all in one
 * transaction: at any moment the whole store is under one master key.
 * @param reseal gets each key as it is stored; what it throws undoes all
 * @param notBeatenSince the last beat that the caller knows of: if there was another one, a server runs, which would go on with the old key
 * @returns how many keys there are
 */
export type ResealKeys = (request: {
  readonly reseal: (key: StoredKey) => Buffer
  readonly masterKeyCheck: Buffer
  readonly audit: AuditRow
  readonly notBeatenSince: EpochMs | undefined
}) => Promise<number | 'in_use'>

/** A known text sealed under the master key at the first start, so that a wrong key is noticed before it is used. */
export interface MasterKeyCheck {
  read(): Promise<Buffer | undefined>
  /** Writes it if there is none. @returns the one that is there now */
  putIfAbsent(sealed: Buffer): Promise<Buffer>
}

import type { AccountId, AuditRowId, TenantId } from './ids.ts'
import type { EpochMs } from './time.ts'

/** What happened, written in the transaction of the change that it describes. Never holds a secret. */
export interface AuditRow {
  readonly id: AuditRowId
  readonly at: EpochMs
  readonly tenantId: TenantId | undefined
  /** Dotted, in the past tense: `session.started`. */
  readonly action: string
  /** Who did it: an id, `operator`, or `unknown`. */
  readonly actor: string
  /** What it was done to: an id. */
  readonly subject: string | undefined
  /** Whose account it is about; undefined: nobody's. */
  readonly accountId?: AccountId | undefined
  /** Block of the caller's address, where one is known. */
  readonly addressBlock: string | undefined
  readonly details: Readonly<Record<string, string | number | boolean>>
}

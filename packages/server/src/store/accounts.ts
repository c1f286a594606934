import type { Account, LoginId } from '../domain/account.ts'
import type { AddressBlock } from '../domain/address-block.ts'
import type { AuditRow } from '../domain/audit-row.ts'
import type { AccountId, TenantId } from '../domain/ids.ts'
import type { EpochMs } from '../domain/time.ts'

/** What a sign-in reads, in one statement and before it checks anything. */
export interface SignInCandidate {
  readonly account: Account
  readonly passwordHash: string
  /** Account, organisation and tenant are all enabled. */
  readonly enabled: boolean
  readonly tenantEpoch: number
  /** Whether this account has signed in from the asked address block before. */
  readonly knownBlock: boolean
}

/** A place that an account has signed in from. */
export interface KnownBlock {
  readonly block: AddressBlock
  readonly lastAt: EpochMs
}

export interface Accounts {
  create(account: Account, passwordHash: string, audit: AuditRow): Promise<'created' | 'login_id_taken'>
  find(tenantId: TenantId, id: AccountId): Promise<Account | undefined>
  findByLoginId(tenantId: TenantId, loginId: LoginId): Promise<Account | undefined>
  findForSignIn(tenantId: TenantId, loginId: LoginId, block: AddressBlock): Promise<SignInCandidate | undefined>
  list(tenantId: TenantId): Promise<Account[]>
  /** Where the account has signed in from, the latest first. */
  listKnownBlocks(id: AccountId): Promise<KnownBlock[]>
  /** Sets a new password and raises the account's epoch in one statement. */
  setPassword(id: AccountId, passwordHash: string, at: EpochMs, audit: AuditRow): Promise<boolean>
  /** Replaces the hash of the same password by a stronger one, unless the hash was changed since it was read. */
  rehash(id: AccountId, from: string, to: string): Promise<boolean>
  /** Replaces roles and the right to impersonate, and raises the account's epoch in one statement. */
  setRights(id: AccountId, rights: Pick<Account, 'roles' | 'mayImpersonate'>, at: EpochMs, audit: AuditRow): Promise<boolean>
  /** Switches it on or off. Off raises its epoch. */
  setEnabled(id: AccountId, enabled: boolean, at: EpochMs, audit: AuditRow): Promise<boolean>
  raiseEpoch(id: AccountId, at: EpochMs, audit: AuditRow): Promise<boolean>
}

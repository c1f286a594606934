import type { Account, LoginId } from '../domain/account.ts'
import type { AddressBlock } from '../domain/address-block.ts'
import type { AuditRow } from '../domain/audit-row.ts'
import type { AccountId, TenantId } from '../domain/ids.ts'
import type { EpochMs } from '../domain/time.ts'

/** What a sign-in reads, in one statement and before it checks anything. */
export interface SignInCandidate {
  readonly account: Account
  readonly passwordHash: string
  /** Account, organisation and tenant are all enabled, and the account is not about to be erased. */
  readonly enabled: boolean
  /** All are enabled, but the account is about to be erased: who shows the password may keep it. */
  readonly isLeaving: boolean
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
  /**
   * Sets a new password and raises the account's epoch in one statement.
   * @param epoch if given, only if the account is still at it: of N that have looked at the password before, one sets another
   */
  setPassword(id: AccountId, passwordHash: string, at: EpochMs, audit: AuditRow, epoch?: number): Promise<boolean>
  /**
   * Puts a login id in the place of another one, or behind those that there are, and raises the account's epoch, all or nothing: of all
   * that want one login id, one has it.
   * @param change.from undefined: none is replaced
   * @param change.epoch the account must still be at it
   * @returns `gone` if it is not, or has not that login id any more
   */
  changeLoginId(
    account: Pick<Account, 'id' | 'tenantId'>,
    change: { readonly from: LoginId | undefined; readonly to: LoginId; readonly epoch: number },
    at: EpochMs,
    audit: AuditRow,
  ): Promise<'changed' | 'login_id_taken' | 'gone'>
  /** Replaces the hash of the same password by a stronger one, unless the hash was changed since it was read. */
  rehash(id: AccountId, from: string, to: string): Promise<boolean>
  /** Replaces roles and the right to impersonate, and raises the account's epoch in one statement. */
  setRights(id: AccountId, rights: Pick<Account, 'roles' | 'mayImpersonate'>, at: EpochMs, audit: AuditRow): Promise<boolean>
  /** Switches it on or off. Off raises its epoch. */
  setEnabled(id: AccountId, enabled: boolean, at: EpochMs, audit: AuditRow): Promise<boolean>
  /** In which its person reads from now on. Ends nothing. @param language BCP 47 */
  setLanguage(id: AccountId, language: string): Promise<void>
  raiseEpoch(id: AccountId, at: EpochMs, audit: AuditRow): Promise<boolean>
  /**
   * Says when an account will be erased, and raises its epoch in one statement.
   * @param epoch what the account was at when its password was looked at: it is not planned for one that has changed since, nor a second time
   */
  planErasure(plan: {
    readonly id: AccountId
    readonly epoch: number
    readonly erasesAt: EpochMs
    readonly audit: AuditRow
  }): Promise<boolean>
  /** Takes that back, until the instant has come. @param erasesAt the plan that is meant, and no later one */
  keep(plan: { readonly id: AccountId; readonly erasesAt: EpochMs; readonly at: EpochMs; readonly audit: AuditRow }): Promise<boolean>
  /** Those whose instant has come, of all tenants, the earliest first. */
  listToErase(at: EpochMs, max: number): Promise<Account[]>
  /**
   * Erases an account whose instant has come: itself, its names, sessions, permanent tokens, places, devices and letters. Rows of the audit trail stay, in
   * their order, without where the person was. At most `maxRows` of these are changed in one call.
   * @returns `more`: call again; `kept`: there is none such
   */
  erase(request: {
    readonly id: AccountId
    readonly at: EpochMs
    readonly maxRows: number
    readonly audit: AuditRow
  }): Promise<'erased' | 'more' | 'kept'>
}

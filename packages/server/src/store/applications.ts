import type { Application, PageSignIn } from '../domain/application.ts'
import type { AuditRow } from '../domain/audit-row.ts'
import type { ApplicationId, TenantId } from '../domain/ids.ts'
import type { DoorName } from '../domain/tenant.ts'
import type { EpochMs } from '../domain/time.ts'

export interface Applications {
  /**
   * @param secretDigest SHA-256 of a confidential application's secret
   * @returns `taken` if the client id, or the door's place, is another's in the tenant
   */
  create(application: Application, secretDigest: Buffer | undefined, audit: AuditRow): Promise<'created' | 'taken'>
  find(tenantId: TenantId, id: ApplicationId): Promise<Application | undefined>
  findByClientId(
    tenantId: TenantId,
    clientId: string,
  ): Promise<{ readonly application: Application; readonly secretDigest: Buffer | undefined } | undefined>
  /** The application of the sign-ins that name no client at this door. */
  findForDoor(tenantId: TenantId, door: DoorName): Promise<Application | undefined>
  list(tenantId: TenantId): Promise<Application[]>
  /** Switches it on or off. Off raises its epoch. */
  setEnabled(id: ApplicationId, enabled: boolean, at: EpochMs, audit: AuditRow): Promise<boolean>
  /**
   * Replaces the scopes that it may have, the APIs that its tokens are for, and the pages that may call for it. What is taken is taken
   * from its sessions at once.
   */
  setReach(id: ApplicationId, reach: Pick<Application, 'scope' | 'audience' | 'webOrigins'>, audit: AuditRow): Promise<boolean>
  /** Whether pages of an origin may call for an enabled application. @param clientId undefined: for any of the tenant */
  allowsOrigin(tenantId: TenantId, origin: string, clientId: string | undefined): Promise<boolean>
  setPasswordGrant(id: ApplicationId, allowed: boolean, audit: AuditRow): Promise<boolean>
  setPageSignIn(id: ApplicationId, pageSignIn: PageSignIn, audit: AuditRow): Promise<boolean>
  raiseEpoch(id: ApplicationId, at: EpochMs, audit: AuditRow): Promise<boolean>
}

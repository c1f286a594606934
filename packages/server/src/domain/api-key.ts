import type { ApiKeyId, ApplicationId, TenantId } from './ids.ts'
import type { EpochMs } from './time.ts'

/** Identifies an application on each call (header `apikey`). Shown once, stored as a digest, several per application. */
export interface ApiKey {
  readonly id: ApiKeyId
  readonly tenantId: TenantId
  readonly applicationId: ApplicationId
  readonly name: string
  readonly enabled: boolean
  readonly createdAt: EpochMs
  /** To within a minute. */
  readonly lastUsedAt: EpochMs | undefined
}

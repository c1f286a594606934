import type { Application } from '../domain/application.ts'
import type { ApplicationId } from '../domain/ids.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { Applications } from '../store/applications.ts'
import type { Organisations } from '../store/organisations.ts'

interface Deps {
  readonly applications: Applications
  readonly organisations: Organisations
}

export type FindUsableApplication = (
  tenant: Tenant,
  by: { readonly id: ApplicationId } | { readonly clientId: string },
) => Promise<Application | undefined>

/** An application that nobody has switched off. It has proved nothing: a browser brings its name. */
export function createFindUsableApplication({ applications, organisations }: Deps): FindUsableApplication {
  return async (tenant, by) => {
    const application =
      'id' in by ? await applications.find(tenant.id, by.id) : (await applications.findByClientId(tenant.id, by.clientId))?.application
    return application !== undefined && (await isUsable(organisations, application)) ? application : undefined
  }
}

/** Enabled, and so is the organisation whose it is. */
export async function isUsable(organisations: Organisations, { tenantId, organisationId, enabled }: Application): Promise<boolean> {
  return enabled && (organisationId === undefined || (await organisations.find(tenantId, organisationId))?.enabled === true)
}

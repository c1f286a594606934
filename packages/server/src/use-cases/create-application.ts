import {
  type Application,
  type ApplicationDefaults,
  canSendPasswords,
  canSignInAtPage,
  type Lifetimes,
  NO_PAGE_SIGN_IN,
  type PageSignIn,
} from '../domain/application.ts'
import { digestOf, makeCredential } from '../domain/credential.ts'
import { makeId, type OrganisationId, type TenantId } from '../domain/ids.ts'
import { isClientId, parseName } from '../domain/name.ts'
import { accept, type Outcome, refuse } from '../domain/outcome.ts'
import type { Randomness } from '../domain/randomness.ts'
import { defaultPolicy, MIN_WINDOW_SECONDS, type RefreshPolicy } from '../domain/refresh-policy.ts'
import { parseScope } from '../domain/scope.ts'
import type { Clock } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { Applications } from '../store/applications.ts'
import type { Tenants } from '../store/tenants.ts'
import type { TokenEngine } from '../tokens/token-engine.ts'
import type { DoorCatalogue } from './door-catalogue.ts'
import type { FindByName } from './find-by-name.ts'
import { choosePageSignIn } from './set-page-sign-in.ts'
import type { ApplicationRefusal, CreateApplication, NewApplication, NotFound, PageSignInRefusal } from './use-cases.ts'

interface Deps {
  readonly clock: Clock
  readonly randomness: Randomness
  readonly applications: Applications
  readonly tenants: Tenants
  readonly tokens: TokenEngine
  readonly events: Events
  readonly doors: DoorCatalogue
  readonly findByName: FindByName
}

/** Adds the software that gets tokens. A confidential one gets a secret, answered once and kept as a digest. */
export function createCreateApplication({
  clock,
  randomness,
  applications,
  tenants,
  tokens,
  events,
  doors,
  findByName,
}: Deps): CreateApplication {
  return async (request) => {
    const defaults = doors.defaultsOf(request.door)
    if (defaults === undefined) return refuse({ code: 'door_unknown' })
    const chosen = choose(request, defaults)
    if (!chosen.ok) return chosen
    const owner = await findOwner(findByName, request)
    if (!owner.ok) return owner

    const at = clock.now()
    const application: Application = {
      ...chosen.value,
      ...owner.value,
      id: makeId('application', randomness),
      clientId: request.clientId,
      signInDoor: request.takesDoorSignIns ? request.door : undefined,
      audience: request.audience ?? [],
      checks: request.checks ?? 'none',
      passwordGrant: request.passwordGrant ?? false,
      webOrigins: [],
      enabled: true,
      epoch: 0,
      createdAt: at,
    }
    const secret = application.type === 'confidential' ? makeCredential('rks_', randomness) : undefined
    const created = events.applicationCreated(
      { at, tenantId: application.tenantId, actor: 'operator', subject: application.id },
      { clientId: application.clientId, door: request.door, type: application.type, passwordGrant: application.passwordGrant },
    )
    const answer = await applications.create(application, secret === undefined ? undefined : digestOf(secret), created.audit)
    if (answer === 'taken') return refuse({ code: 'taken' })
    events.publish(created)
    // Its keys are there, and published, before anybody asks for them.
    const tenant = await tenants.find(application.tenantId)
    if (tenant !== undefined) await tokens.prepare(tenant, application, at)
    return accept({ application, secret })
  }
}

type Chosen = ApplicationDefaults & { readonly name: string; readonly pageSignIn: PageSignIn }

function choose(request: NewApplication, defaults: ApplicationDefaults): Outcome<Chosen, ApplicationRefusal | PageSignInRefusal> {
  const name = parseName(request.name)
  if (name === undefined || !isClientId(request.clientId)) return refuse({ code: 'name_invalid' })
  const scope = request.scope === undefined ? defaults.scope : parseScope(request.scope)
  if (scope === undefined) return refuse({ code: 'scope_malformed' })
  const lifetimes = { ...defaults.lifetimes, ...request.lifetimes }
  if (!areSound(lifetimes)) return refuse({ code: 'lifetimes_invalid' })
  const refreshPolicy = choosePolicy(request, defaults, lifetimes)
  if (refreshPolicy.name !== 'device' && refreshPolicy.windowSeconds < MIN_WINDOW_SECONDS) return refuse({ code: 'window_too_short' })
  const algorithm = request.algorithm ?? defaults.algorithm
  if (defaults.tokenFormat === 'keycloak' && algorithm === 'HS256') return refuse({ code: 'algorithm_unsuited' })
  if (request.passwordGrant && !canSendPasswords(defaults)) return refuse({ code: 'password_grant_unsuited' })
  const isSaid = request.redirectUris !== undefined || request.requiresPkce !== undefined || request.showsCode !== undefined
  if (isSaid && !canSignInAtPage(defaults)) return refuse({ code: 'page_sign_in_unsuited' })
  const pageSignIn = choosePageSignIn(defaults.pageSignIn ?? NO_PAGE_SIGN_IN, request)
  if (!pageSignIn.ok) return pageSignIn
  return accept({
    name,
    scope,
    lifetimes,
    refreshPolicy,
    type: request.type ?? defaults.type,
    tokenFormat: defaults.tokenFormat,
    algorithm,
    pageSignIn: pageSignIn.value,
  })
}

/** Whole seconds; an access token is not outlived by its session's idle life, nor that by the absolute one. */
function areSound({ accessSeconds, idleSeconds, absoluteSeconds }: Lifetimes): boolean {
  const all = [accessSeconds, idleSeconds, absoluteSeconds]
  return (
    all.every((seconds) => Number.isSafeInteger(seconds) && seconds >= 60 && seconds <= 10 * 366 * 86_400) &&
    accessSeconds <= idleSeconds &&
    idleSeconds <= absoluteSeconds
  )
}

/** A window follows the access token's life where the policy says so, unless it was chosen. */
function choosePolicy({ refreshPolicy }: NewApplication, defaults: ApplicationDefaults, { accessSeconds }: Lifetimes): RefreshPolicy {
  if (refreshPolicy === undefined) {
    return accessSeconds === defaults.lifetimes.accessSeconds
      ? defaults.refreshPolicy
      : defaultPolicy(defaults.refreshPolicy.name, accessSeconds)
  }
  const policy = defaultPolicy(refreshPolicy.name, accessSeconds)
  return policy.name === 'device' || refreshPolicy.windowSeconds === undefined
    ? policy
    : { ...policy, windowSeconds: refreshPolicy.windowSeconds }
}

async function findOwner(
  findByName: FindByName,
  { tenant, organisation }: NewApplication,
): Promise<Outcome<{ tenantId: TenantId; organisationId: OrganisationId | undefined }, NotFound>> {
  if (organisation === undefined) {
    const found = await findByName.tenant(tenant)
    return found.ok ? accept({ tenantId: found.value.id, organisationId: undefined }) : found
  }
  const found = await findByName.organisation(tenant, organisation)
  return found.ok ? accept({ tenantId: found.value.tenantId, organisationId: found.value.id }) : found
}

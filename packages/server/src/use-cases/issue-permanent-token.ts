import { makeId } from '../domain/ids.ts'
import { parseName } from '../domain/name.ts'
import { accept, refuse } from '../domain/outcome.ts'
import { PERMANENT_TOKEN_SECONDS, type PermanentToken } from '../domain/permanent-token.ts'
import type { Randomness } from '../domain/randomness.ts'
import { isWithinScope, parseScope } from '../domain/scope.ts'
import { type Clock, toSeconds } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { PermanentTokens } from '../store/permanent-tokens.ts'
import type { TokenEngine } from '../tokens/token-engine.ts'
import type { FindByName } from './find-by-name.ts'
import type { IssuePermanentToken } from './use-cases.ts'

interface Deps {
  readonly clock: Clock
  readonly randomness: Randomness
  readonly permanentTokens: PermanentTokens
  readonly tokens: TokenEngine
  readonly events: Events
  readonly findByName: FindByName
}

/** Issues a named, long-lived token of an account at an application. It is answered once and kept as a digest. */
export function createIssuePermanentToken({ clock, randomness, permanentTokens, tokens, events, findByName }: Deps): IssuePermanentToken {
  return async (request) => {
    const name = parseName(request.name)
    if (name === undefined) return refuse({ code: 'name_invalid' })
    const lifetimeSeconds = request.lifetimeSeconds ?? PERMANENT_TOKEN_SECONDS
    if (!Number.isSafeInteger(lifetimeSeconds) || lifetimeSeconds < 60 || lifetimeSeconds > PERMANENT_TOKEN_SECONDS)
      return refuse({ code: 'lifetime_invalid' })
    const tenant = await findByName.tenant(request.tenant)
    if (!tenant.ok) return tenant
    const account = await findByName.account(request.tenant, request.account)
    if (!account.ok) return account
    if (!account.value.enabled) return refuse({ code: 'account_disabled' })
    const application = await findByName.application(request.tenant, request.clientId)
    if (!application.ok) return application
    const scope = request.scope === undefined ? application.value.scope : parseScope(request.scope)
    if (scope === undefined) return refuse({ code: 'scope_malformed' })
    if (!isWithinScope(scope, application.value.scope)) return refuse({ code: 'scope_exceeded' })

    const issuedAt = clock.now()
    const expiresAt = toSeconds(issuedAt) + lifetimeSeconds
    const { token, digest } = await tokens.issuePermanent(tenant.value, { subject: account.value.id, issuedAt, expiresAt })
    const permanentToken: PermanentToken = {
      id: makeId('permanentToken', randomness),
      tenantId: tenant.value.id,
      applicationId: application.value.id,
      accountId: account.value.id,
      name,
      scope,
      issuedAt,
      expiresAt,
      revokedAt: undefined,
      lastUsedAt: undefined,
    }
    const issued = events.permanentTokenIssued(
      { at: issuedAt, tenantId: tenant.value.id, actor: 'operator', subject: permanentToken.id },
      { account: account.value.id, application: application.value.id, name, scope },
    )
    if ((await permanentTokens.create(permanentToken, digest, issued.audit)) === 'name_taken') return refuse({ code: 'name_taken' })
    events.publish(issued)
    return accept({ permanentToken, token })
  }
}

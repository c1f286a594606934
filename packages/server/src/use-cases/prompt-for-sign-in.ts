import type { Application } from '../domain/application.ts'
import { digestText } from '../domain/browser-cookie.ts'
import { formTargetOf } from '../domain/redirect-uri.ts'
import { scopeTokens } from '../domain/scope.ts'
import type { Session } from '../domain/session.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { EpochMs } from '../domain/time.ts'
import type { Accounts } from '../store/accounts.ts'
import type { TokenEngine } from '../tokens/token-engine.ts'
import type { BrowserSessions } from './browser-sessions.ts'
import { SIGN_IN_LIFE_SECONDS } from './login-state.ts'
import { sealSignInRequest, type Wanted } from './sign-in-request.ts'
import type { BrowserCookie, SignInPrompt } from './use-cases.ts'

interface Deps {
  readonly tokens: TokenEngine
  readonly accounts: Accounts
  readonly browserSessions: BrowserSessions
}

export interface PromptRequest {
  readonly tenant: Tenant
  readonly wanted: Wanted
  /** undefined: it is for the person's own page */
  readonly application: Application | undefined
  readonly cookie: BrowserCookie
  readonly browserSession: string | undefined
  readonly at: EpochMs
}

export type PromptForSignIn = (request: PromptRequest) => Promise<SignInPrompt>

/** What the page shows, and what its form carries. */
export function createPromptForSignIn({ tokens, accounts, browserSessions }: Deps): PromptForSignIn {
  return async ({ tenant, wanted, application, cookie, browserSession, at }) => {
    const session = await findSession(tenant, wanted, browserSession, at)
    const request = {
      wanted,
      cookieName: cookie.name,
      browserKeyDigest: digestText(cookie.value),
      shownSession: session?.id,
      expiresAt: at + SIGN_IN_LIFE_SECONDS * 1000,
    }
    return {
      applicationName: application?.name,
      scopes: scopesOf(wanted, application),
      sealedRequest: await sealSignInRequest(tokens, tenant, request, at),
      cookie,
      loginHint: wanted.kind === 'application' ? wanted.authorization.loginHint : undefined,
      signedInAs: session && (await findName(tenant, session)),
      formTargets: [...new Set(application?.pageSignIn.redirectUris.map(formTargetOf) ?? [])],
    }
  }

  async function findSession(tenant: Tenant, wanted: Wanted, presented: string | undefined, at: EpochMs): Promise<Session | undefined> {
    const session = await browserSessions.find(tenant, presented, at)
    return session !== undefined && mayGoOn(wanted, session.startedAt, at) ? session : undefined
  }

  async function findName(tenant: Tenant, { accountId }: Session): Promise<string | undefined> {
    const account = await accounts.find(tenant.id, accountId)
    return account?.name ?? account?.loginIds[0]
  }
}

/** Whether a sign-in of `startedAt` is enough for what is wanted. */
export function mayGoOn(wanted: Wanted, startedAt: EpochMs, at: EpochMs): boolean {
  if (wanted.kind === 'account') return !wanted.needsPassword
  const { needsPassword, maxAgeSeconds } = wanted.authorization
  return !needsPassword && (maxAgeSeconds === undefined || at - startedAt <= maxAgeSeconds * 1000)
}

/** An application that refreshes may have a token for each of its scopes, so all are shown; a platform asks in its own name. */
function scopesOf(wanted: Wanted, application: Application | undefined): readonly string[] {
  if (wanted.kind === 'account' || application === undefined) return []
  const { isCallback, scope } = wanted.authorization
  return scopeTokens(isCallback ? scope : application.scope)
}

/** The product, weakened in what a session hangs on and is granted: its actor, its application's secret, its scope, the cap, the keys. */
import { makeId } from '../../packages/server/src/domain/ids.ts'
import { isRepeat } from '../../packages/server/src/domain/presentation.ts'
import type { Scope } from '../../packages/server/src/domain/scope.ts'
import type { Session } from '../../packages/server/src/domain/session.ts'
import type { SessionStart, Sessions } from '../../packages/server/src/store/sessions.ts'
import { createSeededRandomness } from '../../packages/server/src/testing/seeded-randomness.ts'
import type { RefreshSession, UseCases } from '../../packages/server/src/use-cases/use-cases.ts'
import { APPLICATIONS, clientOf, type Weakening } from './stage.ts'
import { asIf, seen, sessions } from './weakenings.ts'
import { SCOPES } from './world.ts'

type RefreshRequest = Parameters<RefreshSession>[0]

const SESSION_SECRET_BYTES = 16
const randomness = createSeededRandomness('mutants of grants')

/** Another way to start a session. */
function starts(change: (start: SessionStart) => SessionStart): Weakening {
  return sessions((real) => ({ start: (start) => real.start(change(start)) }))
}

/** Another way to refresh, beside the real one. */
function refreshes(change: (real: UseCases, request: RefreshRequest) => ReturnType<RefreshSession>): Weakening {
  return { useCases: (real) => ({ ...real, refreshSession: (request) => change(real, request) }) }
}

/** The same request, of the application itself. */
function proven(request: RefreshRequest): RefreshRequest {
  const { client } = request
  const index = APPLICATIONS.findIndex(({ name }) => client.kind === 'client' && name === client.clientId)
  return { ...request, client: clientOf(index) }
}

function withoutScope({ scope: _, ...request }: RefreshRequest): RefreshRequest {
  return request
}

export const MUTANTS_OF_GRANTS: Readonly<Record<string, Weakening>> = {
  'lets who acts for another go on when its own session is over': starts((start) => ({
    ...start,
    session: { ...start.session, actorSessionId: undefined },
  })),

  'checks who acts for another by its own row alone': sessions((real) => ({
    async find(tenantId, id, at) {
      const found = await real.find(tenantId, id, at)
      return found?.session.actorSessionId === undefined ? found : { ...found, current: true }
    },
  })),

  'lets who acts for another act for a third': sessions((real) => ({
    async find(tenantId, id, at) {
      const found = await real.find(tenantId, id, at)
      return found && { ...found, session: { ...found.session, actorSessionId: undefined } }
    },
  })),

  'gives who acts for another more than it has itself': starts((start) => ({
    ...start,
    session: start.session.actorSessionId === undefined ? start.session : { ...start.session, scope: SCOPES.all as Scope },
  })),

  'refreshes for an application that proves nothing': refreshes(async (real, request) => {
    const outcome = await real.refreshSession(request)
    return outcome.ok || outcome.refusal.code !== 'client_unproven' ? outcome : real.refreshSession(proven(request))
  }),

  'uses up the token that came with a wrong secret': refreshes(async (real, request) => {
    const outcome = await real.refreshSession(request)
    if (!outcome.ok && outcome.refusal.code === 'client_unproven') await real.refreshSession(proven(request))
    return outcome
  }),

  'ends the session of a token that came with a wrong secret': refreshes(async (real, request) => {
    const outcome = await real.refreshSession(request)
    if (!outcome.ok && outcome.refusal.code === 'client_unproven') await real.signOut(proven(request))
    return outcome
  }),

  'goes on with less after it was asked for less': narrowsForGood(),

  'uses up the token of who asks for too much': refreshes(async (real, request) => {
    const outcome = await real.refreshSession(request)
    if (!outcome.ok && outcome.refusal.code === 'scope_exceeded') await real.refreshSession(withoutScope(request))
    return outcome
  }),

  'puts all into a token that was to do less': refreshes(async (real, request) => {
    const { scope } = request
    if (scope !== SCOPES.less) return real.refreshSession(request)
    const outcome = await real.refreshSession(withoutScope(request))
    return outcome.ok ? { ok: true, value: { ...outcome.value, scope } } : outcome
  }),

  'has no cap on sessions': starts((start) => ({ ...start, cap: { ...start.cap, max: 1000 } })),

  'ends beyond the cap what was just in use': starts((start) => ({ ...start, cap: { ...start.cap, spareSeconds: 0 } })),

  'ends beyond the cap who signed in first': sessions((real) => ({
    async start(start) {
      const { id, tenantId, accountId, applicationId, actorSessionId, startedAt: at } = start.session
      const answer = await real.start({ ...start, cap: { ...start.cap, max: 1000 } })
      const living = await real.list({ tenantId, accountId, applicationId, at, max: 1000 })
      const others = living
        .filter(({ session, current }) => current && session.id !== id)
        .map(({ session }) => session)
        .filter((session) => (session.actorSessionId === undefined) === (actorSessionId === undefined))
      for (const session of others.slice(start.cap.max - 1))
        if (session.advancedAt <= at - start.cap.spareSeconds * 1000) await endBeyondCap(real, session, start)
      return answer
    },
  })),

  'makes a repeat under the key of today': seen((held, { generation: presentedGeneration, at, refreshPolicy: policy }) =>
    held.session.secret.length === SESSION_SECRET_BYTES && isRepeat({ ...held, presentedGeneration, at, policy })
      ? asIf(held, { advancedAt: at })
      : held,
  ),

  'forgets a key when its successor signs': {
    store: (store, clock) => ({
      ...store,
      signingKeys: {
        ...store.signingKeys,
        async list(tenantId) {
          const keys = await store.signingKeys.list(tenantId)
          const at = clock.now()
          const hasSuccessor = ({ purpose, algorithm, ordinal }: (typeof keys)[number]) =>
            keys.some((one) => one.purpose === purpose && one.algorithm === algorithm && one.ordinal > ordinal && one.activatesAt <= at)
          return keys.map((key) => (key.purpose === 'refresh' && hasSuccessor(key) ? { ...key, retiresAt: at } : key))
        },
      },
    }),
  },
}

function endBeyondCap(real: Sessions, { id }: Session, { audit, session }: SessionStart): Promise<boolean> {
  const ended = { ...audit, id: makeId('audit', randomness), action: 'session.ended', subject: id }
  return real.end({ id, at: session.startedAt, reason: 'session_cap', audit: ended })
}

/** What a session was once refreshed for is all that it has from then on. */
function narrowsForGood(): Weakening {
  const narrowed = new Map<string, string>()
  return refreshes(async (real, request) => {
    const scope = request.scope ?? narrowed.get(request.refreshToken)
    const outcome = await real.refreshSession(scope === undefined ? request : { ...request, scope })
    if (!outcome.ok || scope === undefined) return outcome
    narrowed.set(outcome.value.refreshToken ?? outcome.value.accessToken, scope)
    return outcome
  })
}

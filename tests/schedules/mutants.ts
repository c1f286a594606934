/**
 * The product, weakened in one way each: built around the real store, clock or use cases, with verbs that break one rule. The machine
 * must find every one; what it lets pass it would let pass in the product.
 */
import type { Application } from '../../packages/server/src/domain/application.ts'
import { makeId } from '../../packages/server/src/domain/ids.ts'
import { type Session, sessionExpiry } from '../../packages/server/src/domain/session.ts'
import { createSeededRandomness } from '../../packages/server/src/testing/seeded-randomness.ts'
import { MUTANTS_OF_GRANTS } from './mutants-of-grants.ts'
import type { Weakening } from './stage.ts'
import { asIf, behind, seen, sessions } from './weakenings.ts'

/** Applications as the use cases find them. */
function applications(change: (application: Application) => Application): Weakening {
  return {
    store: (store) => ({
      ...store,
      applications: {
        ...store.applications,
        async findForDoor(tenantId, door) {
          const found = await store.applications.findForDoor(tenantId, door)
          return found && change(found)
        },
      },
    }),
  }
}

const COMMIT_DELAY_MS = 5
const randomness = createSeededRandomness('mutants')

function anAudit(session: Session, at: number) {
  const { tenantId, id: subject } = session
  const audit = { action: 'session.ended', actor: 'unknown', subject, addressBlock: undefined, details: {} }
  return { ...audit, id: makeId('audit', randomness), at, tenantId }
}

export const MUTANTS: Readonly<Record<string, Weakening>> = {
  ...MUTANTS_OF_GRANTS,

  'reads first and writes then': sessions((real, { tenants }) => ({
    async advance(advance, isAbandoned) {
      const tenant = await tenants.findByName('acme')
      const found = tenant && (await real.find(tenant.id, advance.sessionId, advance.at))
      if (found?.session.generation !== advance.generation) return real.advance(advance, isAbandoned)
      // What the check has seen is taken for true, whatever the row is meanwhile.
      for (let { generation } = advance; ; generation += 1) {
        const turn = await real.advance({ ...advance, generation }, isAbandoned)
        if (turn.kind !== 'held' || turn.session.generation <= generation) return turn
      }
    },
  })),

  'has no replay window': applications((application) => ({ ...application, refreshPolicy: { name: 'strict', windowSeconds: -1 } })),

  'has a window that never closes': applications((application) => ({ ...application, refreshPolicy: { name: 'device' } })),

  'counts the window from the generation before': seen((held, advance) =>
    behind(held, advance) === 1 ? asIf(held, { advancedAt: held.session.previousAdvancedAt }) : held,
  ),

  'counts the window from the last repeat': sessions((real) => {
    const repeatedAt = new Map<string, number>()
    return {
      async advance(advance, isAbandoned) {
        const turn = await real.advance(advance, isAbandoned)
        if (turn.kind !== 'held' || behind(turn, advance) !== 1) return turn
        const key = `${advance.sessionId} ${advance.generation}`
        const advancedAt = repeatedAt.get(key) ?? turn.session.advancedAt
        repeatedAt.set(key, advance.at)
        return asIf(turn, { advancedAt })
      },
    }
  }),

  'counts the time in which it could not answer': seen((held) => ({ ...held, outages: [] })),

  'ends at two generations behind': seen((held, advance) => (behind(held, advance) === 2 ? asIf(held, { previousAdvancedAt: 0 }) : held)),

  'forgets when it last gave an answer again': seen((held) => asIf(held, { repeatedAt: undefined })),

  'takes a late copy for a thief where the window is short': seen((held, advance) => {
    const { refreshPolicy: policy, at } = advance
    const isClosed = policy.name !== 'device' && at - held.session.advancedAt > policy.windowSeconds * 1000
    return behind(held, advance) === 1 && isClosed && held.outages.length === 0 ? asIf(held, { advancedAt: 0, repeatedAt: 0 }) : held
  }),

  'refuses an old token and ends nothing': sessions((real) => ({
    end: async (request) => request.reason === 'refresh_token_reused' || real.end(request),
  })),

  'ends without its condition': sessions((real) => ({
    end: ({ generation: _, ...request }) => real.end(request),
  })),

  'extends the life of a session that repeats': seen((held, advance) =>
    behind(held, advance) === 1 ? asIf(held, { expiresAt: held.session.expiresAt + 60 }) : held,
  ),

  'makes a new token for a repeat': seen((held, advance) =>
    behind(held, advance) === 1 ? asIf(held, { advancedAt: advance.at, secret: Buffer.alloc(held.session.secret.length, 1) }) : held,
  ),

  'repeats as of today': seen((held, advance) => (behind(held, advance) === 1 ? asIf(held, { advancedAt: advance.at }) : held)),

  'looks at the window before the application': {
    useCases: (useCases, { store, clock }) => ({
      ...useCases,
      async refreshSession(request) {
        const outcome = await useCases.refreshSession(request)
        if (outcome.ok || outcome.refusal.code !== 'client_mismatch') return outcome
        const { sid, generation } = payloadOf(request.refreshToken)
        const found = await store.sessions.find(request.tenant.id, sid as Session['id'], clock.now())
        if (found?.session.generation !== Number(generation) + 1) return outcome
        const application = await store.applications.find(request.tenant.id, found.session.applicationId)
        return useCases.refreshSession({ ...request, client: { kind: 'door', door: application?.signInDoor ?? '' } })
      },
    }),
  },

  'ends a session at the wish of another application': {
    useCases: (useCases, { store, clock }) => ({
      ...useCases,
      async refreshSession(request) {
        const outcome = await useCases.refreshSession(request)
        if (outcome.ok || outcome.refusal.code !== 'client_mismatch') return outcome
        const at = clock.now()
        const found = await store.sessions.find(request.tenant.id, payloadOf(request.refreshToken).sid as Session['id'], at)
        if (found === undefined) return outcome
        const { session } = found
        await store.sessions.end({ id: session.id, at, reason: 'refresh_token_reused', audit: anAudit(session, at) })
        return outcome
      },
    }),
  },

  'judges expiry from the token': {
    useCases: (useCases, { clock }) => ({
      ...useCases,
      async refreshSession(request) {
        const isExpired = Number(payloadOf(request.refreshToken).exp) * 1000 <= clock.now()
        return isExpired ? { ok: false, refusal: { code: 'session_expired' } } : useCases.refreshSession(request)
      },
    }),
  },

  'never lets a session expire': sessions((real) => ({
    advance: (advance, isAbandoned) => real.advance({ ...advance, lifetimes: { ...advance.lifetimes, absoluteSeconds: 1e9 } }, isAbandoned),
  })),

  'signs out only with the newest token': {
    useCases: (useCases, { store, clock }) => ({
      ...useCases,
      async signOut(request) {
        const { sid, generation } = payloadOf(request.refreshToken)
        const found = sid === undefined ? undefined : await store.sessions.find(request.tenant.id, sid as Session['id'], clock.now())
        return found === undefined || found.session.generation === generation ? useCases.signOut(request) : { ok: true, value: undefined }
      },
    }),
  },

  'revokes by the time of the sign-in': byTimestamp(),

  'reads the epochs after the password': sessions((real, store) => ({
    async start(start) {
      const { tenantId, applicationId, accountId } = start.session
      const tenant = await store.tenants.find(tenantId)
      const application = await store.applications.find(tenantId, applicationId)
      const account = await store.accounts.find(tenantId, accountId)
      const epochs = { tenant: tenant?.epoch ?? 0, application: application?.epoch ?? 0, account: account?.epoch ?? 0 }
      return real.start({ ...start, session: { ...start.session, epochs } })
    },
  })),

  'switches on again what it had switched off': {
    store(store) {
      const off = new Set<string>()
      return {
        ...store,
        accounts: {
          ...store.accounts,
          async setEnabled(id, enabled) {
            if (enabled) off.delete(id)
            else off.add(id)
            return true
          },
        },
        sessions: {
          ...store.sessions,
          async advance(advance, isAbandoned) {
            const turn = off.size === 0 ? undefined : await store.sessions.advance({ ...advance, generation: -1 })
            if (turn?.kind === 'held' && off.has(turn.session.accountId)) return { ...turn, current: false }
            return store.sessions.advance(advance, isAbandoned)
          },
        },
      }
    },
  },

  'forgets at a restart what was ended': {
    store(store) {
      const ended = new Map<string, Partial<Session>>()
      const apply = <T extends { session: Session }>(found: T): T => ({
        ...found,
        session: { ...found.session, ...ended.get(found.session.id) },
      })
      return {
        ...store,
        sessions: {
          ...store.sessions,
          async end({ id, at, reason }) {
            if (ended.has(id)) return false
            ended.set(id, { endedAt: at, endReason: reason })
            return true
          },
          async advance(advance, isAbandoned) {
            if (!ended.has(advance.sessionId)) return store.sessions.advance(advance, isAbandoned)
            const turn = await store.sessions.advance({ ...advance, generation: -1 }, isAbandoned)
            return turn.kind === 'held' ? apply(turn) : turn
          },
          async find(tenantId, id, at) {
            const found = await store.sessions.find(tenantId, id, at)
            return found && apply(found)
          },
        },
      }
    },
  },

  'follows the machine’s clock backwards': { clock: (clock, machine) => ({ ...clock, now: () => machine.wall }) },

  'takes a step of the clock for the time that has passed': {
    clock: (clock) => ({ ...clock, lastForwardStepAt: () => undefined }),
  },

  'gives access tokens a second more': applications(({ lifetimes, ...application }) => ({
    ...application,
    lifetimes: { ...lifetimes, accessSeconds: lifetimes.accessSeconds + 1 },
  })),

  'gives access tokens a second less': applications(({ lifetimes, ...application }) => ({
    ...application,
    lifetimes: { ...lifetimes, accessSeconds: lifetimes.accessSeconds - 1 },
  })),

  'lets an access token outlive its session': sessions((real) => ({
    async advance(advance, isAbandoned) {
      const turn = await real.advance(advance, isAbandoned)
      if (turn.kind !== 'advanced') return turn
      const least = Math.floor(advance.at / 1000) + advance.lifetimes.accessSeconds
      return { ...turn, session: { ...turn.session, expiresAt: Math.max(least, turn.session.expiresAt) } }
    },
  })),
}

/** What only a death at the wrong moment shows. */
export const UNTIMELY: Readonly<Record<string, Weakening>> = {
  'answers a refresh before it has committed': sessions((real, { tenants }) => ({
    async advance(advance, isAbandoned) {
      const tenant = await tenants.findByName('acme')
      const found = tenant && (await real.find(tenant.id, advance.sessionId, advance.at))
      const session = found?.session
      if (!session || !found.current || session.generation !== advance.generation) return real.advance(advance, isAbandoned)
      setTimeout(() => void real.advance(advance), COMMIT_DELAY_MS)
      const expiresAt = sessionExpiry(session.startedAt, advance.at, advance.lifetimes)
      const { generation, advancedAt: previousAdvancedAt } = session
      return {
        kind: 'advanced',
        session: { ...session, generation: generation + 1, advancedAt: advance.at, previousAdvancedAt, expiresAt },
      }
    },
  })),
  'answers a sign-out before it has committed': sessions((real) => ({
    async end(request) {
      setTimeout(() => void real.end(request), COMMIT_DELAY_MS)
      return true
    },
  })),
}

/** Epochs are never raised: an instant is written, and a session is over that began before it. */
function byTimestamp(): Weakening {
  return {
    store(store, clock) {
      const revokedAt = new Map<string, number>()
      const note = async (id: string) => {
        revokedAt.set(id, clock.now())
        return true
      }
      const isOver = ({ tenantId, applicationId, accountId, startedAt }: Session) =>
        [tenantId, applicationId, accountId].some((id) => startedAt < (revokedAt.get(id) ?? 0))
      return {
        ...store,
        tenants: { ...store.tenants, raiseEpoch: note },
        applications: { ...store.applications, raiseEpoch: note },
        accounts: { ...store.accounts, raiseEpoch: note },
        sessions: {
          ...store.sessions,
          async advance(advance, isAbandoned) {
            const looked = await store.sessions.advance({ ...advance, generation: -1 })
            if (looked.kind === 'held' && isOver(looked.session)) return { ...looked, current: false }
            return store.sessions.advance(advance, isAbandoned)
          },
        },
      }
    },
  }
}

/** What a token says, unproven. */
function payloadOf(token: string): Readonly<Record<string, unknown>> {
  const [, payload = ''] = token.replace('RTSVH2:', '').split('.')
  return JSON.parse(Buffer.from(payload, 'base64url').toString() || '{}')
}

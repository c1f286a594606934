/** Worlds as values: who there is, which sessions they have, and what is asked and changed of them. */

export interface ModelPolicy {
  /** Infinity: until the successor is used. */
  readonly windowSeconds: number
  readonly accessSeconds: number
  readonly idleSeconds: number
  readonly absoluteSeconds: number
  /** Whether its access tokens can say who acts, so that they may ask for the tokens of others. */
  readonly impersonates: boolean
}

/** What an application may have, and what a refresh may ask for. */
export const SCOPES = { all: 'calls:read calls:write', less: 'calls:read', more: 'calls:read calls:delete' } as const

/** As many sessions may one account have at one application, and as many more by impersonation: a new one and one other. */
export const SESSION_CAP = 2

export interface Epochs {
  readonly tenant: number
  readonly application: number
  readonly account: number
}

export interface ModelSession {
  readonly id: string
  readonly application: number
  readonly account: number
  /** The session that it was made from by impersonation, and without which it is none. */
  readonly actor: string | undefined
  readonly scope: string
  readonly epochs: Epochs
  readonly startedAt: number
  readonly advancedAt: number
  readonly previousAdvancedAt: number
  /** When its current token, whichever that was, was last given again. */
  readonly repeatedAt?: number
  /** Whole seconds. */
  readonly expiresAt: number
  readonly ended: boolean
  /** The credential of each generation; undefined: handed out, and its answer never seen. */
  readonly lineage: readonly (string | undefined)[]
}

/** A tenant, an application or an account. */
interface Principal {
  readonly epoch: number
  readonly enabled: boolean
}

export interface World {
  readonly tenant: Principal
  readonly applications: readonly Principal[]
  readonly accounts: readonly (Principal & { readonly password: string; readonly mayImpersonate: boolean })[]
  readonly sessions: readonly ModelSession[]
  /** Sign-ins whose epochs have been read, and which are not committed. */
  readonly underWay: ReadonlyMap<number, Begun>
}

export interface Begun {
  readonly epochs: Epochs
  readonly mayPass: boolean
  readonly mayFail: boolean
  /** Of an impersonation: whether the token that asks for it was good. */
  readonly isAsked?: boolean
}

export type Target =
  | { readonly noun: 'tenant' }
  | { readonly noun: 'application'; readonly index: number }
  | { readonly noun: 'account'; readonly index: number }

/** What a caller is told. `dead`: the session is over, whatever the reason. `foreign`: it is not the caller's. `exceeded`: it asks for too much. */
export type Told =
  | {
      readonly kind: 'tokens'
      readonly sessionId: string
      readonly credential: string
      readonly accessToken: string
      readonly accessExpiresAt: number
      readonly refreshExpiresInSeconds: number
      readonly scope: string
    }
  | { readonly kind: 'active'; readonly scope: string }
  | { readonly kind: 'dead' | 'superseded' | 'reused' | 'foreign' | 'exceeded' | 'unavailable' | 'wrong' | 'ok' }
  /** Nobody has seen the answer. */
  | { readonly kind: 'unknown' }

/** Of a session that was made by impersonation the actor's is asked too, which has none. */
export function isLiving(world: World, session: ModelSession, at: number): boolean {
  if (session.ended || session.expiresAt * 1000 <= at) return false
  const { tenant, application, account } = epochsOf(world, session.application, session.account)
  const { epochs } = session
  if (epochs.tenant !== tenant || epochs.application !== application || epochs.account !== account) return false
  if (!(world.tenant.enabled && world.applications[session.application]?.enabled && world.accounts[session.account]?.enabled)) return false
  if (session.actor === undefined) return true
  const actor = world.sessions.find(({ id }) => id === session.actor)
  return actor !== undefined && isLiving(world, actor, at)
}

export function sessionOf(world: World, credential: string): ModelSession | undefined {
  return world.sessions.find(({ lineage }) => lineage.includes(credential))
}

export function epochsOf(world: World, application: number, account: number): Epochs {
  return {
    tenant: world.tenant.epoch,
    application: world.applications[application]?.epoch ?? -1,
    account: world.accounts[account]?.epoch ?? -1,
  }
}

export function isNew(world: World, credential: string): boolean {
  return sessionOf(world, credential) === undefined
}

export function withSession(world: World, id: string, change: Partial<ModelSession>): World {
  return { ...world, sessions: world.sessions.map((session) => (session.id === id ? { ...session, ...change } : session)) }
}

export function changePrincipal(world: World, target: Target, change: (one: Principal) => Principal): World {
  switch (target.noun) {
    case 'tenant':
      return { ...world, tenant: change(world.tenant) }
    case 'application':
      return { ...world, applications: world.applications.map((one, index) => (index === target.index ? change(one) : one)) }
    case 'account':
      return changeAccount(world, target.index, (account) => ({ ...account, ...change(account) }))
  }
}

export function changeAccount(
  world: World,
  index: number,
  change: (account: World['accounts'][number]) => World['accounts'][number],
): World {
  return { ...world, accounts: world.accounts.map((account, position) => (position === index ? change(account) : account)) }
}

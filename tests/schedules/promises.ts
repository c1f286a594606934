/** The promises that can be read off what callers were told, without a model: a checker of the checker. */
import type { Told } from './world.ts'

/** A promise that was not kept, by name. */
export class Broken extends Error {
  override readonly name = 'Broken'
  readonly promise: string

  constructor(promise: string, detail: string) {
    super(`${promise}: ${detail}`)
    this.promise = promise
  }
}

export const PROMISES = {
  lineage: 'there is one lineage, and a repeat is the same bytes',
  dead: 'nothing revoked comes back',
  lost: 'nothing acknowledged is lost',
  outlives: 'no token outlives its session',
  backwards: 'time never runs backwards',
  model: 'every answer is one that the rules allow',
  honest: 'an honest client is never thrown out',
  replay: 'a replay always ends the session',
} as const

interface Answered {
  readonly credential: string
  readonly told: Told
  readonly from: number
  readonly to: number
}

export interface Witness {
  /** @throws Broken */
  refreshed(answered: Answered & { readonly sessionId: string }): void
  /** An answer that promises that these sessions are over. */
  revoked(sessionIds: readonly string[], at: number): void
  /** @throws Broken if an access token of a dead session was good */
  checked(sessionId: string, told: Told, from: number): void
}

export function createWitness(): Witness {
  const successors = new Map<string, string>()
  const overSince = new Map<string, number>()

  function noteOver(sessionId: string, tick: number): void {
    overSince.set(sessionId, Math.min(overSince.get(sessionId) ?? Number.POSITIVE_INFINITY, tick))
  }

  function refuseLife(sessionId: string, from: number): void {
    const over = overSince.get(sessionId)
    if (over !== undefined && from > over) throw new Broken(PROMISES.dead, `${sessionId} was over`)
  }

  return {
    refreshed({ credential, told, from, to, sessionId }) {
      if (told.kind === 'unavailable') throw new Broken(PROMISES.lost, 'a token that was handed out is ahead of its row')
      if (told.kind === 'tokens') {
        refuseLife(sessionId, from)
        const successor = successors.get(credential) ?? told.credential
        if (successor !== told.credential) throw new Broken(PROMISES.lineage, 'one token has two successors')
        successors.set(credential, successor)
        if (told.sessionId !== sessionId) throw new Broken(PROMISES.lineage, 'a token of another session')
      }
      // What was told to have expired may live on by a request that came before the end and was slower.
      if (told.kind === 'reused') noteOver(sessionId, to)
    },
    revoked(sessionIds, at) {
      for (const id of sessionIds) noteOver(id, at)
    },
    checked(sessionId, told, from) {
      if (told.kind === 'active') refuseLife(sessionId, from)
    },
  }
}

export function broken(promise: keyof typeof PROMISES, detail: string): never {
  throw new Broken(PROMISES[promise], detail)
}

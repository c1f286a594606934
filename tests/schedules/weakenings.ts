/** Ways to weaken a store: other verbs for sessions, or another look at what they answer. */
import type { Session } from '../../packages/server/src/domain/session.ts'
import type { Clock } from '../../packages/server/src/domain/time.ts'
import type { Advance, Sessions, Turn } from '../../packages/server/src/store/sessions.ts'
import type { Store } from '../../packages/server/src/store/store.ts'
import type { Weakening } from './stage.ts'

type Held = Extract<Turn, { kind: 'held' }>

/** A store with other verbs for sessions. */
export function sessions(change: (real: Sessions, store: Store, clock: Clock) => Partial<Sessions>): Weakening {
  return { store: (store, clock) => ({ ...store, sessions: { ...store.sessions, ...change(store.sessions, store, clock) } }) }
}

/** What a row that was not advanced looks like to the rules; an end that follows from it is carried out all the same. */
export function seen(change: (held: Held, advance: Advance) => Held): Weakening {
  return sessions((real) => {
    const repeats = new Map<string, number | undefined>()
    return {
      async advance(advance, isAbandoned) {
        const turn = await real.advance(advance, isAbandoned)
        if (turn.kind !== 'held') return turn
        repeats.set(turn.session.id, turn.session.repeatedAt)
        return change(turn, advance)
      },
      end: (request) => real.end({ ...request, repeatedAt: repeats.get(request.id) }),
    }
  })
}

export function asIf(held: Held, changed: Partial<Session>): Held {
  return { ...held, session: { ...held.session, ...changed } }
}

export function behind({ session }: Held, { generation }: Advance): number {
  return session.generation - generation
}

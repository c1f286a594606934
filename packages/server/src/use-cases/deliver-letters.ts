import type { LetterCarrier } from '../delivery/message.ts'
import { LETTER_LIFE_MS, nextAttemptAt } from '../domain/letter.ts'
import type { Clock } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { ClaimedLetter, Letters } from '../store/letters.ts'
import { readContent } from './letter-content.ts'

interface Deps {
  readonly clock: Clock
  readonly letters: Letters
  readonly events: Events
  /** undefined: others see to it, or nobody */
  readonly carrier: LetterCarrier | undefined
}

/** So many are under way at once. */
const LANES = 4
/** Longer than any attempt takes. */
const CLAIM_MS = 600_000
const MAX_ABANDONED = 20

/**
 * Hands the letters that are due to a mail server. A server does it unasked, again and again; any number may do it on one store. A turn
 * ends where letters do not leave, so that a server that is down is not asked for each.
 *
 * A letter that may have arrived is not sent again: one whose end nobody knows is lost, and the audit trail says so.
 */
export function createDeliverLetters({ clock, letters, events, carrier }: Deps): () => Promise<void> {
  async function lose(letter: ClaimedLetter, reason: 'unconfirmed' | 'abandoned'): Promise<void> {
    const lost = events.letterLost({ ...occasionOf(letter), at: clock.now() }, { ...detailsOf(letter), reason })
    if (await letters.settle(letter, lost.audit)) events.publish(lost)
  }

  async function giveUp(letter: ClaimedLetter, reason: 'refused' | 'too_old'): Promise<void> {
    const givenUp = events.letterGivenUp({ ...occasionOf(letter), at: clock.now() }, { ...detailsOf(letter), reason })
    if (await letters.settle(letter, givenUp.audit)) events.publish(givenUp)
  }

  async function postpone(letter: ClaimedLetter): Promise<void> {
    const nextAt = nextAttemptAt(letter, letter.attempt, clock.now())
    if (nextAt === undefined) return giveUp(letter, 'too_old')
    if (await letters.postpone(letter, nextAt)) events.publish(events.letterPostponed(occasionOf(letter), detailsOf(letter)))
  }

  /** @returns whether the next one may leave */
  async function deliver(letter: ClaimedLetter, by: LetterCarrier): Promise<boolean> {
    if (clock.now() >= letter.writtenAt + LETTER_LIFE_MS) {
      await giveUp(letter, 'too_old')
      return true
    }
    const answer = await by.carry({ id: letter.id, to: letter.to, ...readContent(letter.content) })
    if (answer === 'sent') {
      if (await letters.settle(letter)) events.publish(events.letterSent(occasionOf(letter), detailsOf(letter)))
    } else if (answer === 'refused') await giveUp(letter, 'refused')
    else if (answer === 'unknown') await lose(letter, 'unconfirmed')
    else await postpone(letter)
    return answer === 'sent' || answer === 'refused'
  }

  async function walkLane(by: LetterCarrier): Promise<void> {
    for (;;) {
      const at = clock.now()
      const letter = await letters.claim({ at, until: at + CLAIM_MS })
      if (letter === undefined || !(await deliver(letter, by))) return
    }
  }

  return async () => {
    if (carrier === undefined) return
    for (const letter of await letters.listAbandoned(clock.now(), MAX_ABANDONED)) await lose(letter, 'abandoned')
    const walks = await Promise.allSettled(Array.from({ length: LANES }, () => walkLane(carrier)))
    for (const walk of walks) if (walk.status === 'rejected') throw walk.reason
  }
}

function occasionOf({ tenantId, accountId }: ClaimedLetter) {
  return { tenantId, actor: 'system', subject: accountId }
}

/** Neither the address nor the text. */
function detailsOf({ content, attempt }: ClaimedLetter) {
  return { notice: readContent(content).notice, attempt }
}

/**
 * Brings messages to a gateway that may be slow, broken or silent. At most so many are under way; a gateway that fails again and
 * again is left alone for a while; nothing is sent twice.
 */
import type { Clock } from '../domain/time.ts'
import type { Courier, Gateway, SendAnswer } from './message.ts'

/** A page answers after this, whatever the gateway does. */
const PATIENCE_MS = 2000
/** After which a gateway that says nothing is taken to have lost the message. */
const DEADLINE_MS = 30_000
const MAX_UNDER_WAY = 200
/** So many failures one after the other, and it is left alone. */
const FAILURES_TO_REST = 5
const REST_MS = 30_000
const STOP_MS = 5000

/** What became of a message: what the gateway said, or why it was not asked. */
export type CourierAnswer = SendAnswer | 'resting' | 'too_many'

interface Deps<Message> {
  readonly gateway: Gateway<Message>
  readonly clock: Clock
  readonly onAnswer: (answer: CourierAnswer) => void
  /** Told when a gateway that has failed again and again is left alone, and when it takes messages again. */
  readonly onHealth?: (isWell: boolean) => void
  readonly limits?: Partial<typeof LIMITS>
}

const LIMITS = { patienceMs: PATIENCE_MS, deadlineMs: DEADLINE_MS, maxUnderWay: MAX_UNDER_WAY, stopMs: STOP_MS }

export function createCourier<Message>({ gateway, clock, onAnswer, onHealth = () => {}, limits: given }: Deps<Message>): Courier<Message> {
  const limits = { ...LIMITS, ...given }
  const underWay = new Set<Promise<SendAnswer>>()
  let failures = 0
  let restsUntil = 0

  const isWell = () => failures < FAILURES_TO_REST
  const isResting = () => failures >= FAILURES_TO_REST && clock.now() < restsUntil

  async function send(message: Message): Promise<SendAnswer> {
    const answer = await gateway.send(message, AbortSignal.timeout(limits.deadlineMs))
    const wasWell = isWell()
    failures = answer === 'sent' ? 0 : failures + 1
    if (failures >= FAILURES_TO_REST) restsUntil = clock.now() + REST_MS // and then one message tries again
    onAnswer(answer)
    if (isWell() !== wasWell) onHealth(isWell())
    return answer
  }

  return {
    async dispatch(message) {
      if (isResting() || underWay.size >= limits.maxUnderWay) {
        onAnswer(isResting() ? 'resting' : 'too_many')
        return 'not_sent'
      }
      const sending = send(message).finally(() => underWay.delete(sending))
      underWay.add(sending)
      const answer = await atMost(limits.patienceMs, sending)
      return answer === 'sent' || answer === 'not_sent' ? answer : 'under_way'
    },
    isWell,
    async stop() {
      await atMost(limits.stopMs, Promise.all(underWay))
      await gateway.stop()
      await atMost(limits.stopMs, Promise.all(underWay)) // a gateway that is ended has its last word at once
    },
  }
}

/** @returns undefined if it takes longer */
async function atMost<Value>(ms: number, work: Promise<Value>): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms)
  })
  return Promise.race([work, patience]).finally(() => clearTimeout(timer))
}

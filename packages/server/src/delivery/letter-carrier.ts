/** Brings letters to a mail server, which nobody waits for. Each is tried once; whether it is tried again is for others to say. */
import { textOfLetter } from './letter-texts.ts'
import type { LetterAnswer, LetterCarrier, MailGateway } from './message.ts'

/** A mail server may look at a letter for a long time before it takes it (RFC 5321, section 4.5.3.2.6). */
const DEADLINE_MS = 180_000
/** So many that did not leave one after the other, and the server is not well. */
const FAILURES_TO_TELL = 5
const STOP_MS = 5000

const LIMITS = { deadlineMs: DEADLINE_MS, stopMs: STOP_MS }

interface Deps {
  readonly gateway: MailGateway
  readonly onAnswer: (answer: LetterAnswer) => void
  /** Told when letters do not leave, and when they leave again. */
  readonly onHealth: (isWell: boolean) => void
  readonly limits?: Partial<typeof LIMITS>
}

export function createLetterCarrier({ gateway, onAnswer, onHealth, limits: given }: Deps): LetterCarrier {
  const { deadlineMs, stopMs } = { ...LIMITS, ...given }
  const underWay = new Set<Promise<LetterAnswer>>()
  let failures = 0
  let isEnding = false
  const isWell = () => failures < FAILURES_TO_TELL

  async function hand(...[letter]: Parameters<LetterCarrier['carry']>): Promise<LetterAnswer> {
    const { id, to, language } = letter
    const answer = await gateway.send({ id, to, language, ...textOfLetter(letter) }, AbortSignal.timeout(deadlineMs))
    const wasWell = isWell()
    // A recipient that nobody knows says nothing of the server.
    failures = answer === 'sent' || answer === 'refused' ? 0 : failures + 1
    onAnswer(answer)
    if (isWell() !== wasWell) onHealth(isWell())
    return answer
  }

  return {
    async carry(letter) {
      if (isEnding) return 'not_sent'
      const handing = hand(letter).finally(() => underWay.delete(handing))
      underWay.add(handing)
      return handing
    },
    isWell,
    async stop() {
      isEnding = true
      let timer: NodeJS.Timeout | undefined
      const patience = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, stopMs)
      })
      await Promise.race([Promise.all(underWay), patience])
      clearTimeout(timer)
      await gateway.stop() // which gives what is left its last word
      await Promise.all(underWay)
    },
  }
}

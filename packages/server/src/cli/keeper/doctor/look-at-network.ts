/** Whether the platforms answer, and whether this machine's clock agrees with theirs. All are asked at once, for a few seconds. */
import { RingkeyError } from '@ringkey/client'
import { createFetch } from '@ringkey/client/node-fetch'
import type { Finding } from '../../finding.ts'
import { reasonOf, sentenceOf } from '../explain-error.ts'
import type { KeeperDeps } from '../keeper-deps.ts'

const ANSWER_WITHIN_MS = 5000
/** Less is how long answers take, and whole seconds. */
const MAX_SKEW_MS = 30_000

type Exit = NonNullable<Finding['exit']>

/** @param places addresses, and the sign-ins that need each */
export async function lookAtNetwork(deps: KeeperDeps, places: ReadonlyMap<string, readonly string[]>): Promise<readonly Finding[]> {
  const found = await Promise.all([...places].map(([baseUrl, names]) => ask(deps, baseUrl, names.join(', '))))
  return found.flat()
}

async function ask(deps: KeeperDeps, baseUrl: string, of: string): Promise<readonly Finding[]> {
  const { now, environment, answerWithinMs = ANSWER_WITHIN_MS } = deps
  const fetch = environment?.fetch ?? createFetch({ variables: deps.variables() })
  const sentAt = now()
  try {
    const answer = await fetch(baseUrl, { redirect: 'manual', signal: AbortSignal.timeout(answerWithinMs) })
    const receivedAt = now()
    await answer.body?.cancel()
    return [describeAnswer(answer.status, baseUrl, of), describeClock(answer.headers.get('date'), (sentAt + receivedAt) / 2, of)]
  } catch (error) {
    return [{ check: 'network', of, ...describeFailure(error, baseUrl, answerWithinMs) }]
  }
}

/** What is there to be read needs a token: any answer says that the way is open. */
function describeAnswer(status: number, baseUrl: string, of: string): Finding {
  const found = `${baseUrl} answers (${status}).`
  return status < 500 ? { check: 'network', of, found } : { check: 'network', of, found, remedy: 'It is in trouble; try again later.' }
}

function describeClock(date: string | null, at: number, of: string): Finding {
  const aheadMs = date === null ? Number.NaN : at - Date.parse(date)
  const check = 'clock'
  if (Number.isNaN(aheadMs)) return { check, of, found: 'The answer has no date; nothing is known of the clock.' }
  if (Math.abs(aheadMs) <= MAX_SKEW_MS) return { check, of, found: 'The clocks agree.' }
  const found = `This machine’s clock is ${Math.round(Math.abs(aheadMs) / 1000)} s ${aheadMs > 0 ? 'ahead of' : 'behind'} the platform’s.`
  const remedy = 'Have it set by NTP (timedatectl set-ntp true). Tokens are kept by the platform’s clock meanwhile.'
  return { check, of, found, remedy, exit: 'configuration' }
}

interface Failure {
  readonly codes: RegExp
  readonly exit: Exit
  readonly found: string
  readonly remedy: string
}

const FAILURES: readonly Failure[] = [
  {
    codes: /^(?:ENOTFOUND|EAI_)/,
    exit: 'networkOrTime',
    found: 'its name cannot be found',
    remedy: 'Look whether this machine is online, then at its name servers and at the address.',
  },
  {
    codes: /^(?:ENETUNREACH|EHOSTUNREACH|ENETDOWN|EADDRNOTAVAIL)$/,
    exit: 'networkOrTime',
    found: 'there is no way to it',
    remedy: 'This machine is offline, or a firewall is before it.',
  },
  {
    codes: /^ECONNREFUSED$/,
    exit: 'networkOrTime',
    found: 'nobody listens there',
    remedy: 'Start the server, or correct the address or the proxy.',
  },
  {
    codes: /^CERT_(?:HAS_EXPIRED|NOT_YET_VALID)$/,
    exit: 'configuration',
    found: 'its certificate is not good now',
    remedy: 'Look at this machine’s clock; if it is right, the server needs a new certificate.',
  },
  {
    codes: /ALTNAME/,
    exit: 'configuration',
    found: 'its certificate is for another name',
    remedy: 'Correct the address. If it is right, somebody stands between.',
  },
  {
    codes: /CERT|SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET_ISSUER)/,
    exit: 'configuration',
    found: 'nobody here trusts who has signed its certificate',
    remedy: 'Name the certificate of your own authority in NODE_EXTRA_CA_CERTS.',
  },
  {
    codes: /^(?:ERR_SSL|EPROTO)/,
    exit: 'configuration',
    found: 'it does not speak TLS as it is spoken here',
    remedy: 'Look at the address and its port, and for a proxy between.',
  },
]

/** Codes alone: the words of an error may repeat what was sent to a proxy. */
function describeFailure(error: unknown, baseUrl: string, withinMs: number): Required<Pick<Finding, 'found' | 'remedy' | 'exit'>> {
  if (error instanceof RingkeyError) return { found: `${baseUrl} cannot be reached.`, remedy: sentenceOf(error), exit: reasonOf(error) }
  const { name } = error instanceof Error ? error : new Error()
  if (name === 'TimeoutError' || name === 'AbortError') {
    const remedy = 'Look whether this machine is online, and at the firewall and the proxy.'
    return { found: `${baseUrl} does not answer within ${Math.ceil(withinMs / 1000)} s.`, remedy, exit: 'networkOrTime' }
  }
  const code = codeOf(error) ?? 'unknown error'
  const known = FAILURES.find(({ codes }) => codes.test(code))
  return {
    found: `${baseUrl} cannot be reached: ${known?.found ?? 'the connection fails'} (${code}).`,
    remedy: known?.remedy ?? 'Look at the network, the address and the proxy.',
    exit: known?.exit ?? 'networkOrTime',
  }
}

/** Of the error or of what lies under it; where several addresses were tried, of the first. */
function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown }
  if (typeof code === 'string' && code !== '') return code
  return codeOf(Array.isArray(errors) ? errors[0] : cause)
}

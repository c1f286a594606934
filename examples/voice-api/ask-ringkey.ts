/** Asks Ringkey whether a call with this token may pass. The status of the answer decides, and nothing else of it. */

export type Verdict =
  /** `subject` is the account that the token stands for. */
  | { readonly kind: 'allowed'; readonly subject: string }
  /** `challenge` is Ringkey's `WWW-Authenticate`: it tells the caller what is missing. */
  | { readonly kind: 'refused'; readonly status: 401 | 403; readonly challenge: string | undefined }
  /** No answer in time, or one that is none: nobody gets in. */
  | { readonly kind: 'undecided' }

/**
 * @param authorization the caller's header; undefined if there was none
 * @param scope what the call needs, scopes parted by blanks
 */
export type AskRingkey = (authorization: string | undefined, scope: string) => Promise<Verdict>

export interface RingkeyOptions {
  /** Ringkey's `/verify`, of the tenant whose tokens are good here: `https://tokens.example/t/acme/verify`. */
  readonly verifyUrl: URL
  /** For the whole question; 2 s by default. */
  readonly timeoutMs?: number
}

/** Connections stay open between questions: Node's `fetch` pools them. */
export function createAskRingkey({ verifyUrl, timeoutMs = 2000 }: RingkeyOptions): AskRingkey {
  return async (authorization, scope) => {
    const question = new URL(verifyUrl)
    question.searchParams.set('scope', scope)
    try {
      const answer = await fetch(question, {
        headers: authorization === undefined ? {} : { authorization },
        redirect: 'manual', // the token goes nowhere else
        signal: AbortSignal.timeout(timeoutMs),
      })
      await answer.arrayBuffer() // to its end, or the connection cannot be used again
      return verdictOf(answer)
    } catch {
      return { kind: 'undecided' }
    }
  }
}

function verdictOf({ status, headers }: Response): Verdict {
  const subject = headers.get('x-auth-subject')
  if (status === 200 && subject !== null) return { kind: 'allowed', subject }
  if (status === 401 || status === 403) return { kind: 'refused', status, challenge: headers.get('www-authenticate') ?? undefined }
  return { kind: 'undecided' }
}

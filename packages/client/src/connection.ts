import { type Authorize, type AuthorizedCall, createAuthorize, needsRedirectsHeld } from './authorize.ts'
import { refuseUnlessFit, refuseWrong, SECONDS, type Wanted } from './check-options.ts'
import type { Fetch } from './environment-parts.ts'
import { type ErrorCode, RingkeyError } from './error.ts'
import { type Exchange, secretsIn, toFailure } from './exchange.ts'
import type { Grant } from './grant.ts'
import type { Keeper } from './keep/keeper.ts'
import type { Renewer } from './keep/lease.ts'
import type { Account } from './platform.ts'
import { Token } from './token.ts'

export interface TokenOptions {
  /** How long the token must be good at least. */
  readonly minValiditySeconds?: number
}

/** What is kept, without secrets. */
export interface Status {
  readonly platform: string
  readonly baseUrl: string
  /** Where it is kept. */
  readonly store: string
  readonly isSignedIn: boolean
  /** By this machine's clock. */
  readonly expiresAt: Date | undefined
  readonly refreshExpiresAt: Date | undefined
  readonly scope: string | undefined
  /** How far the platform's clock is ahead of this machine's. */
  readonly clockAheadSeconds: number
  /** Whether the next token can be had without a person. */
  readonly canRenew: boolean
  /** The platform has asked to be left alone until then. */
  readonly onHoldUntil: Date | undefined
  /** Why the last renewal brought no token. */
  readonly lastFailure: { readonly code: ErrorCode; readonly at: Date } | undefined
  /** When the platform has refused the kept token, and no other could be had. It goes with the next token, and with a call that is taken. */
  readonly refusedAt: Date | undefined
  /** When a call was begun whose answer nobody has read: it goes on now, or its process has died. */
  readonly unansweredSince: Date | undefined
  /** Who renews now. */
  readonly renewer: Renewer | undefined
}

/** A credential whose token is always good. */
export interface Connection {
  readonly platform: string
  /** @throws RingkeyError */
  token(options?: TokenOptions): Promise<Token>
  /** Signs in now, whatever is kept, and keeps what comes of it. @throws RingkeyError */
  signIn(): Promise<void>
  /**
   * A call with the token in its headers. One that is answered 401 is made once more with a new token, and with its body.
   * It takes what `fetch` takes, so that libraries that are given a `fetch` can be given this one. A redirect takes no header of the platform to
   * another origin: where there are more than `Authorization`, none is followed.
   * @param path below the platform's address, an address of the platform, or a request for one
   * @throws RingkeyError also in the place of fetch's own error where the network fails (`network`, `timeout`). The caller's own signal ends the call with its
   * reason, as in fetch, and what fails while the body is read is the body's own error
   */
  fetch(path: string | URL | Request, init?: RequestInit): Promise<Response>
  /**
   * What adapters for other libraries are made of: a call that they send, with the headers that they are given. One that is answered 401 is
   * sent once more with those of a new token, if it can be.
   * @param address of the platform, and whole
   * @throws RingkeyError `configuration` before anything is sent, if it is not the platform's
   */
  authorize<Answer>(address: URL, call: AuthorizedCall<Answer>): Promise<Answer>
  status(): Promise<Status>
  /** Ends the session where the platform can, and takes away what is kept. */
  signOut(): Promise<void>
}

export interface ConnectionParts {
  readonly platform: string
  readonly keeper: Keeper
  readonly account: Account
  readonly exchange: Exchange
  readonly fetch: Fetch
  readonly baseUrl: string
  readonly apiUrl: string
  readonly apiOrigins: readonly string[]
  readonly storeName: string
  readonly clockAheadMs: () => number
  /** Of a one-time code. */
  readonly digest: (text: string) => Promise<string>
}

export function createConnection(parts: ConnectionParts): Connection {
  const { platform, keeper, account, exchange } = parts
  const authorize = createAuthorize(parts)
  return {
    platform,
    async token(options = {}) {
      refuseWrong('What token() takes', options, { minValiditySeconds: SECONDS })
      const { minValiditySeconds = 0 } = options
      return toToken(parts, await keeper.grant({ minValidityMs: minValiditySeconds * 1000 }))
    },
    signIn: () => signIn(parts),
    fetch: createFetch(parts, authorize),
    async authorize(address, call) {
      addressOf(parts, address)
      return authorize(call)
    },
    status: () => describe(parts),
    signOut: () => keeper.forget(async (grant) => account.signOut?.(grant, exchange)),
  }
}

async function signIn({ platform, account, keeper, exchange, digest }: ConnectionParts): Promise<void> {
  const { attended, signIn: unattended, given } = account
  if (unattended !== undefined) return void (await keeper.signIn(unattended))
  if (given !== undefined) return keeper.startFromGiven()
  if (attended === undefined) {
    throw new RingkeyError('configuration', `There is nothing to sign in to ${platform} with. Give a password or a token.`)
  }
  await keeper.isSignedIn() // a store that cannot be read is told before a person is asked
  const code = attended.code ?? (await attended.ask(exchange))
  await keeper.redeem(await digest(code.reveal()), (asked) => attended.redeem(code, asked))
}

function toToken({ account, clockAheadMs }: ConnectionParts, { accessToken, expiresAt }: Grant): Token {
  return new Token(accessToken, toLocal(expiresAt, clockAheadMs()), account.headers(accessToken.reveal()))
}

function toLocal(instant: number | undefined, aheadMs: number): Date | undefined {
  return instant === undefined ? undefined : new Date(instant - aheadMs)
}

function createFetch(parts: ConnectionParts, authorize: Authorize): Connection['fetch'] {
  const { platform, account, fetch } = parts
  return async (path, given = {}) => {
    refuseUnlessFit('The address of a call', path, ADDRESS)
    const init: RequestInit = needsRedirectsHeld(account.headers('')) ? { redirect: 'manual', ...given } : given
    if (init !== given && init.redirect === 'follow') throw unfollowable(platform)
    const first = path instanceof Request ? new Request(path, init) : new Request(addressOf(parts, path), init)
    addressOf(parts, first.url)
    const requests = [first, first.clone()]
    const send = async (headers: Readonly<Record<string, string>>) => {
      const request = withHeaders(requests.shift() ?? first, headers)
      const answer = await fetch(request).catch((error: unknown) => {
        if (request.signal.aborted) throw request.signal.reason
        throw toFailure({ platform, secrets: [...account.secrets, ...secretsIn({ headers })] }, error)
      })
      const isRefused = answer.status === 401 && isFrom(answer.url, first.url)
      if (isRefused) await answer.body?.cancel()
      return { answer, isRefused }
    }
    return authorize({ send, canRepeat: true })
  }
}

const ADDRESS: Wanted = [
  'a path, an address or a Request',
  (value) => typeof value === 'string' || value instanceof URL || value instanceof Request,
]

function unfollowable(platform: string): RingkeyError {
  const sentence = `A redirect would take the key of ${platform} along. Leave redirect: 'follow' away, and call the answer's Location.`
  return new RingkeyError('configuration', sentence, { outcome: 'not_done' })
}

/** Who answers elsewhere, after a redirect that has left the token behind, has refused no token. An answer that was made by hand has no address. */
function isFrom(answered: string, asked: string): boolean {
  return answered === '' || new URL(answered).origin === new URL(asked).origin
}

function withHeaders(request: Request, headers: Readonly<Record<string, string>>): Request {
  for (const [name, value] of Object.entries(headers)) request.headers.set(name, value)
  return request
}

/** A token goes to its platform and to nobody else. */
function addressOf({ platform, apiUrl, baseUrl, apiOrigins }: ConnectionParts, path: string | URL): URL {
  const isWhole = path instanceof URL || /^[a-z][a-z\d+.-]*:/i.test(path)
  const address = isWhole ? new URL(path) : new URL(`${apiUrl}/${path.replace(/^\/+/, '')}`)
  const origins = [apiUrl, baseUrl, ...apiOrigins].map((url) => new URL(url).origin)
  if (origins.includes(address.origin)) return address
  throw new RingkeyError('configuration', `${address.origin} is not known to be ${platform}'s. If it is, give it in apiOrigins.`)
}

async function describe({ platform, baseUrl, storeName, keeper, clockAheadMs }: ConnectionParts): Promise<Status> {
  const { record, canRenew, renewer } = await keeper.look()
  const { grant, lastFailure: failure, holdUntil, intent, refusedAt } = record
  const aheadMs = clockAheadMs()
  const failedAt = toLocal(failure?.at, aheadMs)
  return {
    platform,
    baseUrl,
    store: storeName,
    isSignedIn: grant !== undefined,
    expiresAt: toLocal(grant?.expiresAt, aheadMs),
    refreshExpiresAt: toLocal(grant?.refreshExpiresAt, aheadMs),
    scope: grant?.scope,
    clockAheadSeconds: Math.round(aheadMs / 1000),
    canRenew,
    onHoldUntil: toLocal(holdUntil, aheadMs),
    lastFailure: failure === undefined || failedAt === undefined ? undefined : { code: failure.code, at: failedAt },
    refusedAt: toLocal(refusedAt, aheadMs),
    unansweredSince: toLocal(intent?.at, aheadMs),
    renewer,
  }
}

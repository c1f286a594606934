/**
 * Codes: what a browser carries from a sign-in to a program. Each is random, kept as a digest for a minute, and consumed once by whom it
 * is bound to. It says only which session of the browser's it comes from; who that is, is asked when it is used.
 */
import type { BegunSignIn } from '../domain/begun-sign-in.ts'
import { digestText } from '../domain/browser-cookie.ts'
import { digestOf } from '../domain/credential.ts'
import type { ApplicationId, SessionId, TenantId } from '../domain/ids.ts'
import type { Randomness } from '../domain/randomness.ts'
import type { Scope } from '../domain/scope.ts'
import type { EpochMs } from '../domain/time.ts'
import type { Consumption, OneUseThing, OneUseThings } from '../store/one-use-things.ts'

const CODE_LIFE_SECONDS = 60
const CODE_BYTES = 32

/** Who may use a code, and with what. */
export type CodeHolder =
  /** The application whose API key has started the login. `challenge` is what its verifier must give (RFC 7636); undefined: it must bring none. */
  | {
      readonly kind: 'login'
      readonly applicationId: ApplicationId
      readonly apiKeyDigest: string
      readonly challenge: string | undefined
    }
  /** An application that signs people in at our page itself. */
  | {
      readonly kind: 'redirect'
      readonly applicationId: ApplicationId
      readonly redirectUri: string
      readonly challenge: string | undefined
    }
  /** A platform of this server, in the browser that has finished the page. */
  | { readonly kind: 'callback'; readonly applicationId: ApplicationId; readonly callback: string; readonly browserKeyDigest: string }

/** What a code stands for. */
export interface CodeContent {
  /** The browser's session: what ends that one ends the code. */
  readonly sessionId: SessionId
  readonly scope: Scope
  /** How often the person had taken back what the application has: an end meanwhile ends the code. */
  readonly grantEnds: number
  /** undefined for a platform of this server, which knows itself what it has begun */
  readonly begun: BegunSignIn | undefined
}

interface NewCode {
  readonly tenantId: TenantId
  readonly holder: CodeHolder
  readonly content: CodeContent
  readonly at: EpochMs
}

/** Makes and keeps a code. @returns its text, of 43 characters */
export async function putCode(
  oneUseThings: OneUseThings,
  randomness: Randomness,
  { tenantId, holder, content, at }: NewCode,
): Promise<string> {
  const code = randomness.bytes(CODE_BYTES).toString('base64url')
  const thing: OneUseThing = {
    ...identify(tenantId, code, holder),
    payload: JSON.stringify(content),
    expiresAt: at + CODE_LIFE_SECONDS * 1000,
  }
  if (!(await oneUseThings.put(thing))) throw new Error('a code of 256 random bits was made twice')
  return code
}

/** How the store knows a code that this holder presents. */
export function identify(tenantId: TenantId, code: string, holder: CodeHolder): Omit<Consumption, 'at' | 'outcome'> {
  return { kind: 'authorization_code', tenantId, digest: digestOf(code), boundTo: textOf(holder) }
}

function textOf(holder: CodeHolder): string {
  switch (holder.kind) {
    case 'login':
      return JSON.stringify([holder.kind, holder.applicationId, holder.apiKeyDigest, holder.challenge ?? null])
    case 'redirect':
      return JSON.stringify([holder.kind, holder.applicationId, holder.redirectUri, holder.challenge ?? null])
    case 'callback':
      return JSON.stringify([holder.kind, holder.applicationId, holder.callback, holder.browserKeyDigest])
  }
}

/** @param payload as `putCode` has written it, now or in a version before that did not count */
export function readContent(payload: string): CodeContent {
  return { grantEnds: 0, ...(JSON.parse(payload) as Omit<CodeContent, 'grantEnds'> & Partial<Pick<CodeContent, 'grantEnds'>>) }
}

export function digestOfApiKey(apiKey: string): string {
  return digestText(apiKey)
}

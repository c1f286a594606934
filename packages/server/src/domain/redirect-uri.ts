import { accept, type Outcome, type Refusal, refuse } from './outcome.ts'
import { parseUrl } from './parse-url.ts'

declare const redirectUriBrand: unique symbol
/** An address that a browser may be sent back to with a code. Compared as text: nothing is normalised (RFC 9700, section 4.1.3). */
export type RedirectUri = string & { readonly [redirectUriBrand]: 'RedirectUri' }

/** What is wrong with an address that may not be registered. */
export type RedirectUriProblem =
  | 'malformed'
  | 'not_normalised'
  | 'has_fragment'
  | 'has_user_information'
  | 'has_reserved_parameter'
  | 'clear_text_beyond_loopback'
  | 'scheme_not_allowed'

export type UnfitRedirectUri = Refusal<'redirect_uri_invalid'> & { readonly redirectUri: string; readonly problem: RedirectUriProblem }

export const MAX_REDIRECT_URIS = 20
const MAX_CHARACTERS = 2000

/** Printable ASCII but for what RFC 3986 has no place for, and the star, that nobody takes it for a wildcard. */
const IS_URI_TEXT = /^(?:[!$&'()+,\-./0-9:;=?@A-Z[\]_a-z~#]|%[0-9A-Fa-f]{2})+$/

/** What an answer says itself: RFC 6749, section 4.1.2, RFC 9207, and the platforms' own name of the code. */
const RESERVED_PARAMETERS = ['authCode', 'code', 'error', 'error_description', 'iss', 'state']

/** Plain HTTP goes no further than the machine itself (RFC 8252, section 7.3). */
const LOOPBACK_HOSTS = ['127.0.0.1', '[::1]', 'localhost']

/**
 * Schemes that a browser or a system gives a meaning, or that any page may claim for itself
 * (https://html.spec.whatwg.org/multipage/system-state.html#normalized-scheme): a code sent there runs, is shown, or reaches a stranger.
 */
const TAKEN_SCHEMES: ReadonlySet<string> = new Set(
  `about afp android-app bitcoin blob brave callto cid content data dav davs dict dns edge facetime facetime-audio feed file filesystem
  ftp ftps geo git gopher help imap imaps intent ipp ipps irc ircs itms itms-apps itms-services jar javascript ldap ldaps livescript
  magnet mailto maps market matrix mhtml mid mms mocha news nfs nntp openpgp4fpr opera pop res resource rtsp safari-extension
  safari-web-extension search search-ms sftp shell sip sips smb sms smsto ssh svn tel telnet tftp urn vbscript view-source vivaldi vnc
  wais webcal ws wss wtai wyciwyg xmpp`.split(/\s+/),
)
const TAKEN_PREFIXES = ['chrome', 'ext+', 'moz-', 'ms-', 'web+', 'x-apple']

/** @returns the address as it was given, or what is wrong with it */
export function parseRedirectUri(text: string): Outcome<RedirectUri, UnfitRedirectUri> {
  const problem = problemOf(text)
  return problem === undefined ? accept(text as RedirectUri) : refuse({ code: 'redirect_uri_invalid', redirectUri: text, problem })
}

/** Each once, in the order given; the first that may not be registered is named. */
export function parseRedirectUris(
  texts: readonly string[],
): Outcome<readonly RedirectUri[], UnfitRedirectUri | Refusal<'too_many_redirect_uris'>> {
  const distinct = [...new Set(texts)]
  if (distinct.length > MAX_REDIRECT_URIS) return refuse({ code: 'too_many_redirect_uris' })
  const redirectUris: RedirectUri[] = []
  for (const text of distinct) {
    const parsed = parseRedirectUri(text)
    if (!parsed.ok) return parsed
    redirectUris.push(parsed.value)
  }
  return accept(redirectUris)
}

/** The rule of RFC 9700, section 4.1.3: not one character may differ. */
export function isSameRedirectUri(registered: RedirectUri, presented: string): presented is RedirectUri {
  return registered === presented
}

/** The spelling of an unfit address that may be registered, if there is one: that of a browser. It may be another address than was meant. */
export function registrableSpellingOf(text: string): RedirectUri | undefined {
  const url = parseUrl(text)
  const parsed = url && parseRedirectUri(url.href)
  return parsed?.ok ? parsed.value : undefined
}

export type RedirectUriKind = 'https' | 'loopback' | 'private_use'

export function kindOf(redirectUri: RedirectUri): RedirectUriKind {
  if (redirectUri.startsWith('http:')) return 'loopback'
  return redirectUri.startsWith('https:') ? 'https' : 'private_use'
}

/** The address with an answer in its query; what was registered stands in front as it is (RFC 6749, section 3.1.2). */
export function answerAt(redirectUri: RedirectUri, parameters: Readonly<Record<string, string | undefined>>): string {
  const pairs = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(value)}`],
  )
  return pairs.length === 0 ? redirectUri : `${redirectUri}${separatorAfter(redirectUri)}${pairs.join('&')}`
}

function separatorAfter(redirectUri: RedirectUri): string {
  if (!redirectUri.includes('?')) return '?'
  return redirectUri.endsWith('?') || redirectUri.endsWith('&') ? '' : '&'
}

/**
 * What `form-action` must allow for a form whose answer sends the browser there (CSP Level 3, section 6.4.2): an origin, or a scheme with
 * its colon. An address of IPv6 is no host of that grammar (section 2.3.1), and browsers pass over one; then the scheme has to do.
 */
export function formTargetOf(redirectUri: RedirectUri): string {
  const { origin, protocol, hostname } = new URL(redirectUri)
  return kindOf(redirectUri) === 'private_use' || hostname.startsWith('[') ? protocol : origin
}

function problemOf(text: string): RedirectUriProblem | undefined {
  if (text.length > MAX_CHARACTERS || !IS_URI_TEXT.test(text) || !URL.canParse(text)) return 'malformed'
  if (text.includes('#')) return 'has_fragment'
  const url = new URL(text)
  // Also where it is empty, which the parser drops.
  if (/^[^:]*:\/*[^/?]*@/.test(text)) return 'has_user_information'
  const scheme = url.protocol.slice(0, -1)
  const isHttp = scheme === 'http' || scheme === 'https'
  if (scheme === 'http' && !LOOPBACK_HOSTS.includes(url.hostname)) return 'clear_text_beyond_loopback'
  if (!isHttp && !isPrivateUse(scheme)) return 'scheme_not_allowed'
  if (!isHttp && url.href === url.protocol) return 'malformed'
  if (RESERVED_PARAMETERS.some((name) => url.searchParams.has(name))) return 'has_reserved_parameter'
  return url.href === text ? undefined : 'not_normalised'
}

/** RFC 8252, section 7.1. A name of one or two letters is a drive or a slip of the pen. */
function isPrivateUse(scheme: string): boolean {
  const isTaken = TAKEN_SCHEMES.has(scheme) || TAKEN_PREFIXES.some((prefix) => scheme.startsWith(prefix))
  return !isTaken && scheme.replace(/[^a-z]/g, '').length >= 3
}

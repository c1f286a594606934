/** What the command line says of a redirect URI: what is wrong with it, and which registered one was perhaps meant. */
import {
  kindOf,
  type RedirectUri,
  type RedirectUriKind,
  type RedirectUriProblem,
  registrableSpellingOf,
  type UnfitRedirectUri,
} from '../domain/redirect-uri.ts'

const PROBLEMS: { readonly [Problem in RedirectUriProblem]: string } = {
  malformed: 'it is no absolute URI of at most 2000 printable ASCII characters; wildcards, blanks and backslashes have no place in one',
  not_normalised: 'it is not spelled as a browser spells it, so that a comparison as text would fail',
  has_fragment: 'it has a fragment, which the answer would be lost behind',
  has_user_information: 'it has user information before an "@", which hides the true host',
  has_reserved_parameter: 'its query has a parameter of the answer: authCode, code, error, error_description, iss or state',
  clear_text_beyond_loopback: 'a code must not travel in clear text: use https; http is for localhost, 127.0.0.1 and [::1] alone',
  scheme_not_allowed:
    'browsers or systems give its scheme a meaning of their own, or any page may claim it, or it is shorter than 3 letters',
}

/** The address, what is wrong with it and, if there is one, the spelling that may be registered. */
export function explainUnfit({ redirectUri, problem }: UnfitRedirectUri): readonly string[] {
  const spelling = registrableSpellingOf(redirectUri)
  const lines = [redirectUri, `${problem}: ${PROBLEMS[problem]}.`]
  return spelling === undefined ? lines : [...lines, `This spelling may be registered: ${spelling}`]
}

const NOTES: { readonly [Kind in RedirectUriKind]: string | undefined } = {
  https: undefined,
  loopback: 'A loopback address: it is for programs on the device itself, and the port is compared too.',
  private_use: undefined,
}

/** What is worth knowing of one that may be registered. */
export function notesOn(redirectUri: RedirectUri): readonly string[] {
  const kind = kindOf(redirectUri)
  const scheme = redirectUri.slice(0, redirectUri.indexOf(':'))
  // RFC 8252, section 7.1: a domain name of one's own in reverse order is nobody else's.
  if (kind === 'private_use' && !scheme.includes('.'))
    return ['A private-use scheme without a dot: another program on the device could claim it. Require a code challenge.']
  const note = NOTES[kind]
  return note === undefined ? [] : [note]
}

export interface NearestRedirectUri {
  readonly redirectUri: RedirectUri
  /** The first character that differs, counted from 0. */
  readonly differsAt: number
}

/** Of those registered the one that has most in common with another text, at its begin and its end. */
export function nearestOf(registered: readonly RedirectUri[], text: string): NearestRedirectUri | undefined {
  let nearest: (NearestRedirectUri & { readonly inCommon: number }) | undefined
  for (const redirectUri of registered) {
    const differsAt = countCommon(redirectUri, text)
    const rest = countCommon(reversed(redirectUri.slice(differsAt)), reversed(text.slice(differsAt)))
    const inCommon = 2 * (differsAt + rest) - redirectUri.length
    if (nearest === undefined || inCommon > nearest.inCommon) nearest = { redirectUri, differsAt, inCommon }
  }
  return nearest && { redirectUri: nearest.redirectUri, differsAt: nearest.differsAt }
}

export function explainNearest(text: string, nearest: NearestRedirectUri | undefined): readonly string[] {
  if (nearest === undefined) return ['The application has none.']
  const { redirectUri, differsAt } = nearest
  const there = (whole: string) => (differsAt < whole.length ? JSON.stringify(whole.slice(differsAt, differsAt + 20)) : 'its end')
  return [`The nearest is ${redirectUri}`, `They differ from character ${differsAt + 1} on: ${there(text)} is not ${there(redirectUri)}.`]
}

function countCommon(one: string, other: string): number {
  let count = 0
  while (count < one.length && count < other.length && one[count] === other[count]) count += 1
  return count
}

function reversed(text: string): string {
  return text.split('').reverse().join('')
}

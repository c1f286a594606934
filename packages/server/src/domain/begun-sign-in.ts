import type { Application } from './application.ts'
import type { RedirectUri } from './redirect-uri.ts'

/** What a sign-in was begun with, at an application. It is finished by the application as it is then. */
export interface BegunSignIn {
  readonly applicationEpoch: number
  readonly redirectUri: RedirectUri
  /** undefined: it was begun without PKCE */
  readonly challenge: string | undefined
}

/**
 * Whether a sign-in that is under way may go on: nobody has ended all that the application has since, and the way that it was begun in is still
 * one of the application's.
 */
export function mayBeFinished({ epoch, pageSignIn }: Pick<Application, 'epoch' | 'pageSignIn'>, begun: BegunSignIn): boolean {
  const isWayOpen = pageSignIn.redirectUris.includes(begun.redirectUri) && (begun.challenge !== undefined || !pageSignIn.requiresPkce)
  return epoch === begun.applicationEpoch && isWayOpen
}

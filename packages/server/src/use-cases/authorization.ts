/**
 * What an application asks of a person: the request that a browser brings to the page (RFC 6749, section 4.1.1), checked. Until the
 * application and the address that it wants the answer at are known, nobody but the person is told anything (section 4.1.2.1).
 */
import type { Application } from '../domain/application.ts'
import type { BegunSignIn } from '../domain/begun-sign-in.ts'
import type { ApplicationId } from '../domain/ids.ts'
import { accept, type Outcome, refuse } from '../domain/outcome.ts'
import { parseCodeChallenge } from '../domain/pkce.ts'
import type { RedirectUri } from '../domain/redirect-uri.ts'
import { isWithinScope, PLATFORM_SCOPE, parseScope, type Scope } from '../domain/scope.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { Callbacks } from './callbacks.ts'
import type { DoorCatalogue } from './door-catalogue.ts'
import type { FindUsableApplication } from './find-usable-application.ts'
import type { AuthorizationError, AuthorizationRefusal, AuthorizationRequest } from './use-cases.ts'

/** A request that is in order. */
export interface Authorization extends BegunSignIn {
  readonly applicationId: ApplicationId
  /** Whether the answer goes to a platform of this server, which takes it further. */
  readonly isCallback: boolean
  readonly scope: Scope
  readonly state: string | undefined
  readonly loginHint: string | undefined
  /** Who is signed in to the browser already does not count. */
  readonly needsPassword: boolean
  /** Nobody is signed in to the browser afterwards who was not before. */
  readonly leavesNoSession: boolean
  /** Nor does who has signed in longer ago than this; undefined: that does not matter */
  readonly maxAgeSeconds: number | undefined
}

export interface CheckedAuthorization {
  readonly authorization: Authorization
  readonly application: Application
}

interface Deps {
  readonly findUsableApplication: FindUsableApplication
  readonly callbacks: Callbacks
  readonly doors: Pick<DoorCatalogue, 'defaultsOf'>
}

export type CheckAuthorization = (
  tenant: Tenant,
  request: AuthorizationRequest,
) => Promise<Outcome<CheckedAuthorization, AuthorizationRefusal>>

/** Of a state, in JSON. */
export const MAX_STATE_BYTES = 4096
/** Of all that the form of the page carries: with its seal it is as long as a token may be. */
const MAX_AUTHORIZATION_BYTES = 5500
const MAX_LOGIN_HINT_CHARACTERS = 255
/** The platform's own value: https://developer.telekom.com/idm-token, section 1. */
const NO_SSO = 'x-no-sso'
/** The values of `prompt` that are known, and whether they ask for the password anew. */
const PROMPTS: ReadonlyMap<string, boolean> = new Map([
  [NO_SSO, true],
  ['login', true],
  ['select_account', true],
  ['consent', false],
])

export function createCheckAuthorization({ findUsableApplication, callbacks, doors }: Deps): CheckAuthorization {
  return async (tenant, request) => {
    const application = request.clientId === undefined ? undefined : await findUsableApplication(tenant, { clientId: request.clientId })
    if (application === undefined) return refuse({ code: 'client_unknown' })
    const place = request.redirectUri === undefined ? undefined : placeOf(tenant, application, request.redirectUri)
    if (place === undefined) return refuse({ code: 'redirect_uri_unknown' })

    const { redirectUri, isCallback } = place
    const { state } = request
    const fault = faultOf(request, application, isCallback)
    if (fault !== undefined)
      return refuse({ code: 'answered_to_application', answer: { redirectUri, state: isState(state) ? state : undefined, result: fault } })
    // What a platform asks is the platform's to say, and not that of the address in the browser.
    const scope = isCallback ? platformScopeOf(request.scope) : scopeOf(request.scope, application.scope)
    if (scope === undefined) return refuse({ code: 'answered_to_application', answer: { redirectUri, state, result: UNKNOWN_SCOPE } })
    const authorization: Authorization = {
      applicationId: application.id,
      applicationEpoch: application.epoch,
      redirectUri,
      isCallback,
      scope,
      state,
      challenge: request.codeChallenge,
      loginHint: request.loginHint?.slice(0, MAX_LOGIN_HINT_CHARACTERS),
      needsPassword: isCallback || promptsOf(request).some((prompt) => PROMPTS.get(prompt) === true),
      leavesNoSession: isCallback || promptsOf(request).includes(NO_SSO),
      maxAgeSeconds: request.maxAge === undefined ? undefined : Number(request.maxAge),
    }
    if (bytesOf(authorization) > MAX_AUTHORIZATION_BYTES)
      return refuse({ code: 'answered_to_application', answer: { redirectUri, state, result: invalid('the request is too long') } })
    return accept({ authorization, application })
  }

  /** What is registered is compared as text, whole. A platform's own address is for the applications that speak to that platform. */
  function placeOf(tenant: Tenant, { tokenFormat, pageSignIn }: Application, asked: string): Place | undefined {
    const door = callbacks.doorOf(tenant, asked)
    const isOfDoor = door !== undefined && doors.defaultsOf(door)?.tokenFormat === tokenFormat
    if (door !== undefined) return isOfDoor ? { redirectUri: asked as RedirectUri, isCallback: true } : undefined
    const registered = pageSignIn.redirectUris.find((one) => one === asked)
    return tokenFormat === 'signed' && registered !== undefined ? { redirectUri: registered, isCallback: false } : undefined
  }
}

type Place = Pick<Authorization, 'redirectUri' | 'isCallback'>

interface Fault {
  readonly error: AuthorizationError
  readonly description: string
}

const UNKNOWN_SCOPE: Fault = { error: 'invalid_scope', description: 'the application has not all of these scopes' }

function invalid(description: string): Fault {
  return { error: 'invalid_request', description }
}

function faultOf(request: AuthorizationRequest, { pageSignIn }: Application, isCallback: boolean): Fault | undefined {
  const { responseType, responseMode, codeChallenge, codeChallengeMethod, state, maxAge } = request
  if (!isState(state)) return invalid('state is too long')
  if (responseType === undefined) return invalid('response_type is missing')
  if (responseType !== 'code') return { error: 'unsupported_response_type', description: 'response_type must be code' }
  if (responseMode !== undefined && responseMode !== 'query') return invalid('response_mode must be query')
  // RFC 7636, section 4.3: a challenge without a method is `plain`, which is not taken.
  if (codeChallenge !== undefined && parseCodeChallenge(codeChallenge, codeChallengeMethod) === undefined)
    return invalid('code_challenge must be the SHA-256 of a verifier, and code_challenge_method S256')
  if (codeChallenge === undefined && codeChallengeMethod !== undefined) return invalid('code_challenge is missing')
  if (codeChallenge === undefined && pageSignIn.requiresPkce && !isCallback) return invalid('code_challenge is missing')
  if (maxAge !== undefined && !/^\d{1,9}$/.test(maxAge)) return invalid('max_age must be a number of seconds')
  return faultOfPrompt(promptsOf(request))
}

/** Every page is shown, so that nobody is signed in at an application without knowing (RFC 8252, section 8.6). */
function faultOfPrompt(prompts: readonly string[]): Fault | undefined {
  if (prompts.includes('none'))
    return prompts.length > 1
      ? invalid('prompt none stands alone')
      : { error: 'interaction_required', description: 'the person is asked each time' }
  return prompts.every((prompt) => PROMPTS.has(prompt)) ? undefined : invalid('prompt has a value that is not known')
}

function promptsOf({ prompt }: AuthorizationRequest): readonly string[] {
  return (prompt ?? '').split(' ').filter((word) => word !== '')
}

function isState(state: string | undefined): boolean {
  return state === undefined || bytesOf(state) <= MAX_STATE_BYTES
}

function bytesOf(content: unknown): number {
  return Buffer.byteLength(JSON.stringify(content))
}

function platformScopeOf(asked: string | undefined): Scope | undefined {
  return asked === PLATFORM_SCOPE ? PLATFORM_SCOPE : undefined
}

function scopeOf(asked: string | undefined, obtainable: Scope): Scope | undefined {
  const scope = parseScope(asked ?? '')
  if (scope === undefined || !isWithinScope(scope, obtainable)) return undefined
  return scope === '' ? obtainable : scope
}

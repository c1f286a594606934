import { addressBlockOf } from '../domain/address-block.ts'
import type { Application, Lifetimes } from '../domain/application.ts'
import { mayBeFinished } from '../domain/begun-sign-in.ts'
import { digestText, isDigestOf, makeBrowserKey } from '../domain/browser-cookie.ts'
import { accept, refuse } from '../domain/outcome.ts'
import type { Randomness } from '../domain/randomness.ts'
import type { Session } from '../domain/session.ts'
import type { Clock, EpochMs } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { PasswordHasher } from '../passwords/password-hasher.ts'
import type { ReadPhone } from '../phones/read-phone.ts'
import type { Accounts } from '../store/accounts.ts'
import type { Applications } from '../store/applications.ts'
import type { OneUseThings } from '../store/one-use-things.ts'
import type { Sessions } from '../store/sessions.ts'
import type { TokenEngine } from '../tokens/token-engine.ts'
import type { Authorization } from './authorization.ts'
import type { BrowserSessions } from './browser-sessions.ts'
import type { CheckPassword, PasswordChecked } from './check-password.ts'
import { type CodeHolder, putCode } from './codes.ts'
import type { DeviceRecognition } from './device-recognition.ts'
import type { FindUsableApplication } from './find-usable-application.ts'
import { sealLeavingNote } from './leaving-note.ts'
import { mayGoOn, type PromptForSignIn, type PromptRequest } from './prompt-for-sign-in.ts'
import { readLogin } from './read-login.ts'
import { openSignInRequest, type SignInRequest, type Wanted } from './sign-in-request.ts'
import { startSession } from './start-session.ts'
import { strengthenHash } from './strengthen-hash.ts'
import type { TellOfNewDevice } from './tell-of-new-device.ts'
import type { AnswerSignIn, Caller, SignInAnswer, SignInProblem, SignInResult } from './use-cases.ts'

interface Deps {
  readonly clock: Clock
  readonly randomness: Randomness
  readonly accounts: Accounts
  readonly applications: Applications
  readonly sessions: Sessions
  readonly oneUseThings: OneUseThings
  readonly passwords: PasswordHasher
  readonly tokens: TokenEngine
  readonly events: Events
  readonly browserSessions: BrowserSessions
  readonly checkPassword: CheckPassword
  readonly readPhone: ReadPhone
  readonly findUsableApplication: FindUsableApplication
  readonly promptForSignIn: PromptForSignIn
  readonly devices: DeviceRecognition
  readonly tellOfNewDevice: TellOfNewDevice
}

/** One form that has come back, opened. */
interface Opened extends Omit<PromptRequest, 'at'> {
  /** The page's own application, whose the sessions of browsers are. */
  readonly own: Application
  readonly request: SignInRequest
  readonly caller: Caller
  readonly language: string
  readonly at: EpochMs
}

/** Nothing of such a session stays in the browser: it has to last until its codes are exchanged. */
const PASSING: Lifetimes = { accessSeconds: 300, idleSeconds: 300, absoluteSeconds: 300 }

/** The form of the page comes back, from the browser that it was shown in. */
export function createAnswerSignIn(deps: Deps): AnswerSignIn {
  const { clock, tokens, findUsableApplication } = deps
  return async ({ tenant, door, sealedRequest, cookieOf, browserSession, answer, language, caller }) => {
    const at = clock.now()
    const request = await openSignInRequest(tokens, tenant, sealedRequest, at)
    if (request === undefined) return refuse({ code: 'sign_in_request_invalid' })
    const { wanted, cookieName } = request
    const key = cookieOf(cookieName)
    if (key === undefined || !isDigestOf(request.browserKeyDigest, key)) return refuse({ code: 'sign_in_request_invalid' })
    const own = await deps.applications.findForDoor(tenant.id, door)
    if (!own?.enabled) return refuse({ code: 'sign_in_request_invalid' })
    const application =
      wanted.kind === 'application' ? await findUsableApplication(tenant, { id: wanted.authorization.applicationId }) : undefined
    if (wanted.kind === 'application') {
      if (application === undefined) return refuse({ code: 'client_unknown' })
      const { authorization } = wanted
      if (!(authorization.isCallback ? application.epoch === authorization.applicationEpoch : mayBeFinished(application, authorization)))
        return refuse({ code: 'sign_in_request_ended' })
    }
    const cookie = { name: cookieName, value: key }
    const opened: Opened = { tenant, own, request, wanted, application, cookie, browserSession, caller, language, at }
    switch (answer.kind) {
      case 'password':
        return accept(await signIn(deps, opened, answer))
      case 'go_on':
        return accept(await goOn(deps, opened))
      case 'cancel':
        return accept(await cancel(deps, opened))
      case 'ask_for_password':
        return accept(await askAgain(deps, { ...opened, wanted: needingPassword(wanted) }, undefined))
      case 'ask_again':
        return accept(await askAgain(deps, opened, undefined))
    }
  }
}

async function signIn(deps: Deps, opened: Opened, { login, password }: Extract<SignInAnswer, { kind: 'password' }>): Promise<SignInResult> {
  const { tenant, caller, wanted, language, at } = opened
  const { requestId, device, deviceKey, isGone = () => false } = caller
  const name = await readLogin(deps, tenant, login)
  const checked = await deps.checkPassword({
    tenant,
    login: name,
    password,
    block: addressBlockOf(caller.address),
    requestId,
    device,
    deviceKey,
    isGone,
  })
  if (!checked.ok) {
    const { refusal } = checked
    if (refusal.code !== 'throttled' && refusal.leaving?.erasesAt !== undefined) {
      const { id: accountId, erasesAt } = refusal.leaving
      return { kind: 'leaving', erasesAt, leaving: await sealLeavingNote(deps.tokens, tenant, { accountId, erasesAt }, at) }
    }
    return refusal.code === 'throttled'
      ? askAgain(deps, opened, { kind: 'throttled', retryAfterSeconds: refusal.retryAfterSeconds })
      : askAgain(deps, opened, { kind: 'password' }) // nobody may learn that a disabled account's password was right
  }
  await strengthenHash(deps, checked.value.candidate, password)
  const { account } = checked.value.candidate
  const seen = await deps.devices.see({ tenant, accountId: account.id, caller, occasion: opened.cookie.value, at })
  const isNewDevice = seen.familiarity === 'new'
  // Who signs in with a browser that the owner has not used may be somebody else.
  if (!isNewDevice && account.language === undefined) await deps.accounts.setLanguage(account.id, language)
  if (isNewDevice) deps.tellOfNewDevice({ tenant, account, language, caller })
  const isKept = wanted.kind === 'account' || !wanted.authorization.leavesNoSession
  const { sessionId, expiresInSeconds } = await startBrowserSession(deps, opened, checked.value, { isKept, isNewDevice })
  const browserSession = isKept ? { value: await deps.browserSessions.write(tenant, sessionId, at), expiresInSeconds } : undefined
  return { ...(await finish(deps, opened, { id: sessionId, accountId: account.id })), browserSession, device: seen.cookie }
}

interface Circumstances {
  /** Whether the browser will hold the session. */
  readonly isKept: boolean
  readonly isNewDevice: boolean
}

async function startBrowserSession(deps: Deps, opened: Opened, checked: PasswordChecked, { isKept, isNewDevice }: Circumstances) {
  const { tenant, own, caller, application } = opened
  const { candidate, refunds, clearedCount } = checked
  const block = addressBlockOf(caller.address)
  const started = await startSession(deps, {
    tenant,
    application: isKept ? own : { ...own, lifetimes: PASSING },
    account: candidate.account,
    tenantEpoch: candidate.tenantEpoch,
    scope: own.scope,
    actor: undefined,
    refunds,
    clearedCount,
    block,
    origin: { device: caller.device, block, isPassing: !isKept },
    describe: (subject, at) =>
      deps.events.signInSucceeded(
        { at, tenantId: tenant.id, actor: candidate.account.id, subject, block, requestId: caller.requestId, device: caller.device },
        { application: own.id, ...(application === undefined ? {} : { for: application.id }), ...(isNewDevice ? { newDevice: true } : {}) },
      ),
  })
  return { sessionId: started.sessionId, expiresInSeconds: started.refreshExpiresInSeconds }
}

async function goOn(deps: Deps, opened: Opened): Promise<SignInResult> {
  const { tenant, request, wanted, browserSession, at } = opened
  const session = await deps.browserSessions.find(tenant, browserSession, at)
  if (session === undefined || !mayGoOn(wanted, session.startedAt, at)) return askAgain(deps, opened, { kind: 'signed_out' })
  // Another tab has signed somebody else in since: the person has not said yes to that name.
  if (session.id !== request.shownSession) return askAgain(deps, opened, undefined)
  return finish(deps, opened, session)
}

/** The person has signed in: the browser takes a code back, or goes on to the person's own page. */
async function finish(deps: Deps, { tenant, wanted, cookie, at }: Opened, { id: sessionId, accountId }: Pick<Session, 'id' | 'accountId'>) {
  const done = { kind: 'answered', cookieName: cookie.name, browserSession: undefined, device: undefined } as const
  if (wanted.kind === 'account') return { ...done, answer: undefined, cookie: undefined }
  const { redirectUri, state, scope, isCallback, challenge, applicationEpoch, applicationId } = wanted.authorization
  // Another key than before the sign-in: whoever has planted or seen that one has nothing of this.
  const next = isCallback ? { name: cookie.name, value: makeBrowserKey(deps.randomness) } : undefined
  const holder = holderOf(wanted.authorization, next?.value)
  const begun = isCallback ? undefined : { applicationEpoch, redirectUri, challenge }
  const grantEnds = await deps.sessions.countGrantEnds(accountId, applicationId)
  const content = { sessionId, scope, grantEnds, begun }
  const code = await putCode(deps.oneUseThings, deps.randomness, { tenantId: tenant.id, holder, content, at })
  return { ...done, answer: { redirectUri, state, result: { code } }, cookie: next }
}

function holderOf({ applicationId, redirectUri, challenge }: Authorization, browserKey: string | undefined): CodeHolder {
  return browserKey === undefined
    ? { kind: 'redirect', applicationId, redirectUri, challenge }
    : { kind: 'callback', applicationId, callback: redirectUri, browserKeyDigest: digestText(browserKey) }
}

async function cancel(deps: Deps, opened: Opened): Promise<SignInResult> {
  const { wanted, cookie } = opened
  if (wanted.kind === 'account') return askAgain(deps, opened, undefined)
  const { redirectUri, state } = wanted.authorization
  const result = { error: 'access_denied', description: 'the person has not signed in' } as const
  const answer = { redirectUri, state, result }
  return { kind: 'answered', answer, cookie: undefined, cookieName: cookie.name, browserSession: undefined, device: undefined }
}

async function askAgain({ promptForSignIn }: Deps, opened: Opened, problem: SignInProblem | undefined): Promise<SignInResult> {
  return { kind: 'asked_again', prompt: await promptForSignIn(opened), problem }
}

function needingPassword(wanted: Wanted): Wanted {
  if (wanted.kind === 'account') return wanted
  return { ...wanted, authorization: { ...wanted.authorization, needsPassword: true } }
}

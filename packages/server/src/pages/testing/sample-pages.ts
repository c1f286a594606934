/** Every page in each of its states, with things that might be on it. */
import { ACTIVITY_KINDS } from '../../domain/activity.ts'
import type { Language, Page, PageSetting } from '../page.ts'
import { type AccountModel, renderAccount, type SessionModel } from '../render-account.tsx'
import { type ActivityModel, renderActivity } from '../render-activity.tsx'
import { type AskPhoneModel, renderAskPhone } from '../render-ask-phone.tsx'
import { type ChangeNumberModel, type ConfirmNumberModel, renderChangeNumber, renderConfirmNumber } from '../render-change-number.tsx'
import { type ChangePasswordModel, renderChangePassword } from '../render-change-password.tsx'
import { type PageErrorCode, renderError } from '../render-error.tsx'
import { type GiveCodeModel, renderGiveCode } from '../render-give-code.tsx'
import { renderLeave, renderLeft, renderStay, renderStayed } from '../render-leaving.tsx'
import { type ReturnModel, renderReturn } from '../render-return.tsx'
import { renderSignIn, type SignInModel } from '../render-sign-in.tsx'
import { renderSignedOut } from '../render-signed-out.tsx'

export function aSetting(language: Language = 'en'): PageSetting {
  return { language, root: '../', brand: 'Nordlicht Telefonie' }
}

export function aSignIn(changes: Partial<SignInModel> = {}): SignInModel {
  return {
    setting: aSetting(),
    action: 'auth',
    applicationName: 'Comfort Phone for Windows',
    scopes: ['offline_access', 'smarthub'],
    sealedRequest: 'c2VhbGVk.request_-',
    loginHint: undefined,
    problem: undefined,
    signedInAs: undefined,
    formTargets: ['https://phone.example'],
    offersCancel: true,
    offersRegistration: false,
    ...changes,
  }
}

export function aReturn(changes: Partial<ReturnModel> = {}): ReturnModel {
  const code = 'Qm9-xL2pN7sVd0RkY4tWzA8hJ6cE1gUf3oMbT5iKqXe'
  return {
    setting: aSetting(),
    applicationName: 'Comfort Phone for Windows',
    appUrl: `smarthubplatform://login?authCode=${code}`,
    code,
    ...changes,
  }
}

function aSession(changes: Partial<SessionModel> = {}): SessionModel {
  return {
    id: 's1',
    applicationName: undefined,
    startedAt: Date.UTC(2026, 10, 20, 22, 5),
    lastUsedAt: Date.UTC(2026, 10, 21, 12, 30),
    isThisBrowser: false,
    isImpersonation: false,
    device: 'Firefox, Linux',
    addressBlock: '2001:db8:7::/64',
    ...changes,
  }
}

export function anAccount(changes: Partial<AccountModel> = {}): AccountModel {
  return {
    setting: aSetting(),
    accountId: 'acc_5XUoBzQhYtR2mKc9WvEdLs',
    name: 'Annika Lindqvist',
    loginIds: ['annika.lindqvist@nordlicht-telefonie.example', '+4915112345678'],
    organisation: 'Reederei Jansen GmbH & Co. KG',
    roles: ['owner', 'billing'],
    createdAt: Date.UTC(2025, 2, 9, 23, 30),
    passwordSetAt: Date.UTC(2026, 10, 21, 12),
    mayChangeNumber: true,
    applications: [{ id: 'app_1', name: 'Comfort Phone for Windows', startedAt: Date.UTC(2026, 2, 1), lastUsedAt: Date.UTC(2026, 10, 20) }],
    sessions: [
      aSession({ isThisBrowser: true }),
      aSession({ id: 's2', applicationName: 'Comfort Phone for Windows', device: undefined, addressBlock: '192.0.2.7' }),
      aSession({
        id: 's3',
        applicationName: 'Comfort Phone for Windows',
        isImpersonation: true,
        addressBlock: undefined,
        device: undefined,
      }),
      aSession({ id: 's4', device: 'Safari, iPhone', startedAt: Date.UTC(2026, 10, 21, 7, 9) }),
    ],
    formToken: 'Zm9ybS10b2tlbg',
    ...changes,
  }
}

function anAskPhone(changes: Partial<AskPhoneModel> = {}): AskPhoneModel {
  return { setting: aSetting(), way: 'register', action: 'register', phone: '', problem: undefined, ...changes }
}

function aGiveCode(changes: Partial<GiveCodeModel> = {}): GiveCodeModel {
  const form = { way: 'register', action: 'register/code', back: 'register', codeId: 'Zm9ybS1jb2RlLWlk' } as const
  return { setting: aSetting(), ...form, number: '+4915228817386', name: '', problem: undefined, ...changes }
}

function aChangePassword(changes: Partial<ChangePasswordModel> = {}): ChangePasswordModel {
  return { setting: aSetting(), formToken: 'Zm9ybS10b2tlbg', loginId: '+4915112345678', ...changes }
}

function aConfirmNumber(changes: Partial<ConfirmNumberModel> = {}): ConfirmNumberModel {
  const form = { formToken: 'Zm9ybS10b2tlbg', codeId: 'Zm9ybS1jb2RlLWlk', number: '+4915228817386' }
  return { setting: aSetting(), ...form, ...changes }
}

export function anActivity(changes: Partial<ActivityModel> = {}): ActivityModel {
  const from = { addressBlock: '2001:db8:7::/64', device: 'Firefox, Linux', applicationName: undefined, byOperator: false }
  const at = Date.UTC(2026, 10, 21, 22, 5)
  return {
    setting: aSetting(),
    events: [
      { ...from, kind: 'signed-in', times: 1, at, applicationName: 'Comfort Phone for Windows' },
      { ...from, kind: 'sign-in-failed', times: 12, at: at - 60_000, device: undefined },
      { ...from, kind: 'password-set', times: 1, at: at - 3_600_000, addressBlock: undefined, device: undefined, byOperator: true },
      ...ACTIVITY_KINDS.map((kind) => ({ ...from, kind, times: 1, at: 0, addressBlock: undefined, device: undefined })),
    ],
    ...changes,
  }
}

/** A record, so that it does not compile while a code is missing. */
const ERROR_CODES: Readonly<Record<PageErrorCode, true>> = {
  sign_in_request_invalid: true,
  sign_in_request_ended: true,
  client_unknown: true,
  redirect_uri_unknown: true,
  login_state_invalid: true,
  login_state_used: true,
  cross_site: true,
  bad_request: true,
  not_found: true,
  method_not_allowed: true,
  content_too_large: true,
  unsupported_media_type: true,
  fault: true,
  unavailable: true,
  throttled: true,
}

/** By a name of their own. */
export function samplePages(setting: PageSetting): Readonly<Record<string, Page>> {
  const errors = (Object.keys(ERROR_CODES) as PageErrorCode[]).map((code): [string, Page] => [
    `error-${code.replaceAll('_', '-')}`,
    renderError({ setting, code, requestId: '01JD7Q2K8M3N5P9R' }),
  ])
  const signIn = (changes: Partial<SignInModel>) => renderSignIn(aSignIn({ setting, ...changes }))
  const changeNumber = (changes: Partial<ChangeNumberModel>) =>
    renderChangeNumber({ setting, formToken: 'Zm9ybS10b2tlbg', phone: '', ...changes })
  return {
    'sign-in': signIn({}),
    'sign-in-scopes': signIn({
      scopes: ['openid', 'profile', 'email', 'CompApp', 'somebody_elses_permission_with_a_name_that_nothing_breaks'],
    }),
    'sign-in-account': signIn({ applicationName: undefined, scopes: [], formTargets: [], offersCancel: false }),
    'sign-in-no-scopes': signIn({ scopes: [] }),
    'sign-in-wrong': signIn({ loginHint: 'annika.lindqvist@nordlicht-telefonie.example', problem: { kind: 'wrong_name_or_password' } }),
    'sign-in-throttled': signIn({ loginHint: 'annika', problem: { kind: 'throttled', retryAfterSeconds: 95 } }),
    'sign-in-signed-out': signIn({ problem: { kind: 'signed_out' } }),
    'sign-in-continue': signIn({ signedInAs: 'Annika Lindqvist' }),
    'sign-in-register': signIn({ offersRegistration: true }),
    'account-delete': renderLeave({ setting, formToken: 'Zm9ybS10b2tlbg', problem: undefined }),
    'account-delete-wrong': renderLeave({ setting, formToken: 'Zm9ybS10b2tlbg', problem: { kind: 'password' } }),
    'account-delete-throttled': renderLeave({
      setting,
      formToken: 'Zm9ybS10b2tlbg',
      problem: { kind: 'throttled', retryAfterSeconds: 95 },
    }),
    'account-deleted': renderLeft({ setting, erasesAt: Date.UTC(2026, 11, 5) }),
    'account-keep': renderStay({ setting, erasesAt: Date.UTC(2026, 11, 5), leaving: 'c2VhbGVk.note_-' }),
    'account-kept': renderStayed({ setting }),
    register: renderAskPhone(anAskPhone({ setting })),
    'register-no-number': renderAskPhone(anAskPhone({ setting, phone: '12', problem: { kind: 'phone' } })),
    'recover-throttled': renderAskPhone(anAskPhone({ setting, way: 'recover', problem: { kind: 'throttled', retryAfterSeconds: 55 } })),
    'register-code': renderGiveCode(aGiveCode({ setting })),
    'register-code-wrong': renderGiveCode(aGiveCode({ setting, name: 'Annika Lindqvist', problem: { kind: 'code' } })),
    'register-password-common': renderGiveCode(aGiveCode({ setting, problem: { kind: 'password-common' } })),
    'register-name': renderGiveCode(aGiveCode({ setting, problem: { kind: 'name' } })),
    'recover-password-short': renderGiveCode(aGiveCode({ setting, way: 'recover', problem: { kind: 'password-short' } })),
    'recover-password-long': renderGiveCode(aGiveCode({ setting, way: 'recover', problem: { kind: 'password-long' } })),
    'recover-code': renderGiveCode(aGiveCode({ setting, way: 'recover' })),
    'recover-code-throttled': renderGiveCode(
      aGiveCode({ setting, way: 'recover', problem: { kind: 'throttled', retryAfterSeconds: 3500 } }),
    ),
    return: renderReturn(aReturn({ setting })),
    account: renderAccount(anAccount({ setting })),
    'account-bare': renderAccount(
      anAccount({ setting, name: undefined, organisation: undefined, roles: [], mayChangeNumber: false, applications: [] }),
    ),
    activity: renderActivity(anActivity({ setting })),
    'activity-none': renderActivity(anActivity({ setting, events: [] })),
    'change-password': renderChangePassword(aChangePassword({ setting })),
    'change-password-wrong': renderChangePassword(aChangePassword({ setting, problem: { kind: 'current' } })),
    'change-password-common': renderChangePassword(aChangePassword({ setting, problem: { kind: 'password-common' } })),
    'change-password-same': renderChangePassword(aChangePassword({ setting, problem: { kind: 'password-same' } })),
    'change-password-throttled': renderChangePassword(aChangePassword({ setting, problem: { kind: 'throttled', retryAfterSeconds: 95 } })),
    'change-number': changeNumber({}),
    'change-number-wrong': changeNumber({ phone: '12', problem: { kind: 'phone' } }),
    'change-number-same': changeNumber({ phone: '+4915112345678', problem: { kind: 'same' } }),
    'change-number-current': changeNumber({ phone: '+4915228817386', problem: { kind: 'current' } }),
    'change-number-messages': changeNumber({ phone: '+4915228817386', problem: { kind: 'messages', retryAfterSeconds: 55 } }),
    'confirm-number': renderConfirmNumber(aConfirmNumber({ setting })),
    'confirm-number-wrong': renderConfirmNumber(aConfirmNumber({ setting, problem: { kind: 'code' } })),
    'confirm-number-throttled': renderConfirmNumber(aConfirmNumber({ setting, problem: { kind: 'throttled', retryAfterSeconds: 3500 } })),
    'signed-out': renderSignedOut({ setting }),
    ...Object.fromEntries(errors),
  }
}

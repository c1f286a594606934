/**
 * What happens, as values. One function per event makes its audit row, its log line and its counter together, so that they cannot
 * disagree. The audit row goes to the store with the change; `publish` writes the log line and the counter after the commit.
 * No free-form logging exists beside this folder, and no event carries a token, a code, a password, a login name or a phone number.
 */
import type { AddressBlock } from '../domain/address-block.ts'
import type { AuditRow } from '../domain/audit-row.ts'
import { type AccountId, asAccountId, makeId, type TenantId } from '../domain/ids.ts'
import type { Randomness } from '../domain/randomness.ts'
import type { EpochMs } from '../domain/time.ts'

export type Level = 'info' | 'warn' | 'error'

export interface Event {
  /** Dotted, in the past tense; the counter's label too. */
  readonly name: string
  readonly level: Level
  readonly fields: Readonly<Record<string, string | number | boolean>>
}

export interface AuditedEvent extends Event {
  readonly audit: AuditRow
}

/** Who did something: an id, `operator`, or `unknown`. */
export interface Occasion {
  readonly at: EpochMs
  readonly tenantId: TenantId | undefined
  readonly actor: string
  readonly subject?: string
  /** Whose account it is about, where neither subject nor actor says so. */
  readonly account?: AccountId
  readonly block?: AddressBlock
  /** What the caller seems to be, in words of ours. */
  readonly device?: string | undefined
  readonly requestId?: string
}

export interface EventSink {
  log(level: Level, name: string, fields: Readonly<Record<string, string | number | boolean>>): void
  count(name: string): void
}

type Details = Readonly<Record<string, string | number | boolean>>

export type Events = ReturnType<typeof createEvents>

type Audited = (name: string, level?: Level) => (occasion: Occasion, details?: Details) => AuditedEvent

export function createEvents({ randomness, sink }: { readonly randomness: Randomness; readonly sink: EventSink }) {
  const audited: Audited =
    (name, level = 'info') =>
    (occasion, details = {}) => ({
      ...plain(name, level)(occasion, details),
      audit: {
        id: makeId('audit', randomness),
        at: occasion.at,
        tenantId: occasion.tenantId,
        action: name,
        actor: occasion.actor,
        subject: occasion.subject,
        accountId: occasion.account ?? asAccountId(occasion.subject) ?? asAccountId(occasion.actor),
        addressBlock: occasion.block,
        details: { ...details, ...deviceOf(occasion) },
      },
    })

  return {
    /** Writes the log line and the counter. Called after the commit. */
    publish(event: Event): void {
      sink.log(event.level, event.name, event.fields)
      sink.count(event.name)
    },

    signInSucceeded: audited('sign_in.succeeded'),
    signInRefused: audited('sign_in.refused'),
    signInThrottled: plain('sign_in.throttled', 'warn'),
    signInUnderAttack: plain('sign_in.under_attack', 'warn'),

    ...createMessageEvents(audited),

    codeExchanged: audited('code.exchanged'),
    codeReused: audited('code.reused', 'warn'),

    refreshRepeated: plain('refresh.repeated', 'info'),
    refreshRefused: plain('refresh.refused', 'info'),
    refreshWithoutProof: audited('refresh.without_proof', 'warn'),
    refreshByAnotherApplication: audited('refresh.by_another_application', 'warn'),
    refreshTokenReused: audited('refresh.token_reused', 'warn'),
    commitsLost: plain('store.commits_lost', 'error'),

    impersonated: audited('session.impersonated', 'warn'),
    impersonationRefused: audited('session.impersonation_refused', 'warn'),
    signedOut: audited('session.signed_out'),
    sessionEnded: audited('session.ended'),
    sessionsEnded: audited('sessions.ended', 'warn'),

    tenantCreated: audited('tenant.created'),
    doorOpened: audited('tenant.door_opened'),
    phonesSet: audited('tenant.phones_set', 'info'),
    organisationCreated: audited('organisation.created'),
    applicationCreated: audited('application.created'),
    applicationReachSet: audited('application.reach_set', 'warn'),
    passwordGrantSet: audited('application.password_grant_set', 'warn'),
    pageSignInSet: audited('application.page_sign_in_set', 'warn'),
    apiKeyCreated: audited('api_key.created'),
    ...createAccountEvents(audited),
    enabled: audited('operator.enabled'),
    disabled: audited('operator.disabled', 'warn'),
    permanentTokenIssued: audited('permanent_token.issued'),
    permanentTokenRevoked: audited('permanent_token.revoked'),
    keyCreated: audited('key.created'),
    keyRetired: audited('key.retired', 'warn'),
    keyDamaged: plain('key.damaged', 'error'),
    keysResealed: audited('keys.resealed', 'warn'),

    serverStarted: plain('server.started', 'info'),
    serverStopped: plain('server.stopped', 'info'),
    workerStarted: plain('worker.started', 'info'),
    processFailed: plain('process.failed', 'error'),
    workerDied: plain('worker.died', 'error'),
    connectionDropped: plain('connection.dropped', 'warn'),
    clockAlarmed: plain('clock.alarmed', 'error'),
    backgroundTaskFailed: plain('background_task.failed', 'error'),
    faultHappened: plain('request.fault', 'error'),
    requestAnswered: plain('request.answered', 'info'),
  }
}

/** Of messages to people, and of the codes in them. */
function createMessageEvents(audited: Audited) {
  return {
    messageDispatched: plain('message.dispatched', 'info'),
    gatewayAnswered: plain('gateway.answered', 'info'),
    gatewayFailed: plain('gateway.failed', 'error'),
    gatewayRecovered: plain('gateway.recovered', 'info'),
    messageRefused: plain('message.refused', 'info'),
    messageGuardTripped: plain('message.guard_tripped', 'warn'),
    messageCodeRight: plain('message.code_right', 'info'),
    messageCodeWrong: plain('message.code_wrong', 'info'),
    callsAllowed: audited('number.calls_allowed'),
    noticeDispatched: plain('notice.dispatched', 'info'),
    noticeWithheld: plain('notice.withheld', 'warn'),
    letterWritten: plain('letter.written', 'info'),
    letterSent: plain('letter.sent', 'info'),
    letterPostponed: plain('letter.postponed', 'info'),
    letterGivenUp: audited('letter.given_up', 'warn'),
    letterLost: audited('letter.lost', 'warn'),
    mailFailed: plain('mail.failed', 'error'),
    mailRecovered: plain('mail.recovered', 'info'),
  }
}

/** Of what an account has. */
function createAccountEvents(audited: Audited) {
  return {
    accountCreated: audited('account.created'),
    accountExported: audited('account.exported'),
    erasurePlanned: audited('account.erasure_planned', 'warn'),
    accountKept: audited('account.kept'),
    accountErased: audited('account.erased'),
    accountRightsSet: audited('account.rights_set', 'warn'),
    passwordSet: audited('account.password_set'),
    numberChanged: audited('account.number_changed'),
    passwordRehashed: plain('account.password_rehashed', 'info'),
  }
}

/** An event that leaves no audit row: too frequent, or not about anybody. */
function plain(name: string, level: Level) {
  return (occasion: Partial<Occasion>, details: Details = {}): Event => ({
    name,
    level,
    fields: {
      ...(occasion.tenantId === undefined ? {} : { tenant: occasion.tenantId }),
      ...(occasion.actor === undefined ? {} : { actor: occasion.actor }),
      ...(occasion.subject === undefined ? {} : { subject: occasion.subject }),
      ...(occasion.block === undefined ? {} : { addressBlock: occasion.block }),
      ...(occasion.requestId === undefined ? {} : { requestId: occasion.requestId }),
      ...details,
      ...deviceOf(occasion),
    },
  })
}

function deviceOf({ device }: Partial<Occasion>): Details {
  return device === undefined ? {} : { device }
}

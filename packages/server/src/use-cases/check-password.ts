import { createHash } from 'node:crypto'
import { type Account, type LoginId, parseLoginId } from '../domain/account.ts'
import type { AddressBlock } from '../domain/address-block.ts'
import type { BucketKey, Charge } from '../domain/limit.ts'
import { accept, type Outcome, type Refusal, refuse } from '../domain/outcome.ts'
import { normalisePassword } from '../domain/password.ts'
import { chargesOf } from '../domain/sign-in-limits.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { Clock } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { PasswordHasher } from '../passwords/password-hasher.ts'
import type { Accounts, SignInCandidate } from '../store/accounts.ts'
import type { AuditTrail } from '../store/audit-trail.ts'
import type { Limits } from '../store/limits.ts'
import type { DeviceRecognition } from './device-recognition.ts'

interface Deps {
  readonly clock: Clock
  readonly accounts: Accounts
  readonly limits: Limits
  readonly auditTrail: AuditTrail
  readonly passwords: PasswordHasher
  readonly events: Events
  readonly devices: Pick<DeviceRecognition, 'recognise'>
}

interface PasswordAttempt {
  readonly tenant: Tenant
  readonly login: string
  readonly password: string
  readonly block: AddressBlock
  readonly requestId: string
  readonly device?: string | undefined
  /** What the browser keeps, where the caller is one. */
  readonly deviceKey?: string | undefined
  readonly isGone: () => boolean
}

/** What an attempt is judged by, read before anything is checked. */
interface Found {
  readonly loginId: LoginId | undefined
  readonly candidate: SignInCandidate | undefined
  /** What the account knows the browser by. */
  readonly knownDevice: string | undefined
}

/** One check for all who ask the same at the same time. */
interface UnderWay {
  readonly outcome: Promise<Outcome<PasswordChecked, PasswordRefused>>
  readonly askers: (() => boolean)[]
}

export interface PasswordChecked {
  /** Read before the password was looked at: whatever changed meanwhile makes the session stale at birth. */
  readonly candidate: SignInCandidate
  /** To be given back with the commit of the sign-in. */
  readonly refunds: readonly Charge[]
  readonly clearedCount: BucketKey | undefined
  /** To be charged for each further session that comes of this check. */
  readonly anotherSession: Charge
}

export type PasswordRefused =
  | (Refusal<'credentials_wrong' | 'account_disabled'> & {
      readonly failedCount: number
      /** Who has shown the password, of an account that is about to be erased. */
      readonly leaving?: Account | undefined
    })
  | (Refusal<'throttled'> & { readonly retryAfterSeconds: number; readonly burst: number })

export type CheckPassword = (attempt: PasswordAttempt) => Promise<Outcome<PasswordChecked, PasswordRefused>>

/**
 * Whether a password is an account's: counted first, then hashed, and the same work for a name that nobody has.
 * Equal attempts that are under way together are one attempt: many tasks of one program that sign in at once cost one hash, and
 * a guess does not get better by being sent twice.
 */
export function createCheckPassword(deps: Deps): CheckPassword {
  const underWay = new Map<string, UnderWay>()
  return async (attempt) => {
    const loginId = parseLoginId(attempt.login)
    const { tenant, block } = attempt
    // Read by each, so that who comes after a revocation does not share what was read before it.
    const candidate = loginId === undefined ? undefined : await deps.accounts.findForSignIn(tenant.id, loginId, block)
    const who = candidate?.account.id ?? loginId ?? attempt.login
    const knownDevice = await deps.devices.recognise(tenant, who, attempt.deviceKey, deps.clock.now())
    const found: Found = { loginId, candidate, knownDevice }
    const key = digestOfAttempt(attempt, found)
    const same = underWay.get(key)
    if (same !== undefined) {
      same.askers.push(attempt.isGone)
      const outcome = await same.outcome.catch(() => undefined)
      if (outcome === undefined) return checkOnce(deps, attempt, found) // what went wrong may be that the other has gone
      return outcome.ok ? shareOutcome(deps, attempt, outcome.value) : outcome
    }
    const askers = [attempt.isGone]
    const outcome = checkOnce(deps, { ...attempt, isGone: () => askers.every((isGone) => isGone()) }, found).finally(() =>
      underWay.delete(key),
    )
    underWay.set(key, { outcome, askers })
    return outcome
  }
}

/** One hash may serve many, but each makes a session of its own, and these are limited. */
async function shareOutcome(
  { limits, clock, events }: Deps,
  { tenant, block, requestId }: PasswordAttempt,
  checked: PasswordChecked,
): Promise<Outcome<PasswordChecked, PasswordRefused>> {
  const { anotherSession } = checked
  const answer = await limits.charge({ charges: [anotherSession], counted: anotherSession.key, at: clock.now() })
  if (answer.allowed) return accept({ ...checked, refunds: [], clearedCount: undefined })
  events.publish(events.signInThrottled({ tenantId: tenant.id, block, requestId }))
  return refuse({ code: 'throttled', retryAfterSeconds: Math.ceil(answer.retryAfterMs / 1000), burst: anotherSession.limit.burst })
}

async function checkOnce(deps: Deps, attempt: PasswordAttempt, found: Found): Promise<Outcome<PasswordChecked, PasswordRefused>> {
  const { candidate } = found
  const { passwords, events, auditTrail, clock } = deps
  const { tenant, block, requestId, device } = attempt
  const at = clock.now()
  const counted = await countAttempt(deps, attempt, found)
  if (!counted.ok) return counted
  const { charges, attempts, clearedCount, anotherSession } = counted.value

  const password = normalisePassword(attempt.password)
  const matches = await passwords
    .verify(password, candidate?.passwordHash ?? passwords.dummyHash, attempt.isGone)
    .catch(async (fault: unknown) => {
      await deps.limits.refund(charges) // nobody's password was looked at
      throw fault
    })
  if (candidate === undefined || !matches || !candidate.enabled) {
    const refused = events.signInRefused(
      {
        at,
        tenantId: tenant.id,
        actor: 'unknown',
        block,
        requestId,
        device,
        ...(candidate === undefined ? {} : { subject: candidate.account.id }),
      },
      { attempts },
    )
    await auditTrail.append(refused.audit)
    events.publish(refused)
    if (candidate === undefined || !matches) return refuse({ code: 'credentials_wrong', failedCount: attempts })
    return refuse({ code: 'account_disabled', failedCount: attempts, leaving: candidate.isLeaving ? candidate.account : undefined })
  }
  return accept({ candidate, refunds: charges, clearedCount, anotherSession })
}

interface Counted {
  readonly charges: readonly Charge[]
  readonly attempts: number
  readonly clearedCount: BucketKey
  readonly anotherSession: Charge
}

async function countAttempt(
  { limits, events, clock }: Deps,
  { tenant, login, block, requestId }: PasswordAttempt,
  { loginId, candidate, knownDevice }: Found,
): Promise<Outcome<Counted, PasswordRefused>> {
  const at = clock.now()
  const occasion = { tenantId: tenant.id, block, requestId }
  const charges = chargesOf({
    tenantId: tenant.id,
    name: loginId ?? login,
    accountId: candidate?.account.id,
    block,
    knownBlock: candidate?.knownBlock ?? false,
    knownDevice,
  })
  const { counted } = charges
  let charged = charges.ordinary
  let answer = await limits.charge({ charges: charged, counted, at })
  if (!answer.allowed && answer.exhausted === charges.tenantBucket) {
    events.publish(events.signInUnderAttack(occasion))
    charged = charges.underAttack
    answer = await limits.charge({ charges: charged, counted, at })
  }
  if (!answer.allowed) {
    events.publish(events.signInThrottled(occasion))
    const { exhausted } = answer
    const burst = charged.find(({ key }) => key === exhausted)?.limit.burst ?? 0
    return refuse({ code: 'throttled', retryAfterSeconds: Math.ceil(answer.retryAfterMs / 1000), burst })
  }
  const refundable = charged.filter(({ key }) => !charges.kept.has(key))
  return accept({ charges: refundable, attempts: answer.attempts, clearedCount: counted, anotherSession: charges.anotherSession })
}

/** Attempts that are equal, at an account that is as it was. */
function digestOfAttempt({ tenant, password, login, block }: PasswordAttempt, { loginId, candidate, knownDevice }: Found): string {
  const account = candidate && [candidate.tenantEpoch, candidate.account.epoch, candidate.enabled, candidate.passwordHash]
  return createHash('sha256')
    .update(JSON.stringify([tenant.id, loginId ?? login, password, block, account, knownDevice]))
    .digest('base64')
}

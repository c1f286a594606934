/** One renewal: what to ask for, the intent before the call, and what becomes of each kind of answer. */
import { isPassing, RingkeyError } from '../error.ts'
import type { Exchange } from '../exchange.ts'
import type { Grant } from '../grant.ts'
import type { KeeperParts } from './keeper-parts.ts'
import type { Intent, KeptRecord } from './record.ts'
import type { Records } from './records.ts'

type Work = { readonly verb: Intent['verb']; readonly call: (exchange: Exchange) => Promise<Grant>; readonly redeemed?: string }

export class Renewal {
  readonly #parts: KeeperParts
  readonly #records: Records
  /** The platform's no to this sign-in: asking again with the same password is how accounts get locked. */
  #signInRefused: RingkeyError | undefined

  constructor(parts: KeeperParts, records: Records) {
    this.#parts = parts
    this.#records = records
  }

  /** The record was read just now, under the lease. @returns undefined if another was quicker */
  async renew(): Promise<Grant | undefined> {
    const saved = await this.#records.saveAgain()
    if (saved !== undefined) return saved
    const record = this.#record
    this.#refuseOnHold(record)
    return this.#carryOut(record, this.#choose(record))
  }

  async signIn(call: (exchange: Exchange) => Promise<Grant>, redeemed?: string): Promise<Grant | undefined> {
    return this.#carryOut(this.#record, { verb: 'sign_in', call, ...(redeemed === undefined ? {} : { redeemed }) })
  }

  /** Whether the next token can be had without a person. */
  canRenew({ grant, refreshRefused }: KeptRecord): boolean {
    const { account } = this.#parts
    if (account.signIn !== undefined) return true
    return grant !== undefined && refreshRefused !== true && account.canRefresh(grant, this.#now)
  }

  get #record(): KeptRecord {
    const { held } = this.#records
    if (held === undefined) throw new Error('the record has not been read')
    return held
  }

  get #now(): number {
    return this.#parts.environment.now() + this.#parts.clock.aheadMs
  }

  #refuseOnHold({ holdUntil = 0 }: KeptRecord): void {
    const retryAfterSeconds = Math.ceil((holdUntil - this.#now) / 1000)
    if (retryAfterSeconds <= 0) return
    const sentence = `${this.#parts.platform} asks to be left alone. Wait ${retryAfterSeconds} s.`
    throw new RingkeyError('rate_limited', sentence, { retryAfterSeconds, outcome: 'not_done' })
  }

  #choose(record: KeptRecord): Work {
    const { account, repeatsLostAnswers, platform } = this.#parts
    const { grant, intent, refreshRefused } = record
    const signIn = this.#signInRefused === undefined ? account.signIn : undefined
    // A refresh whose answer nobody read may have used its token up. Only some servers answer it again.
    const isLost = intent?.verb === 'refresh' && !repeatsLostAnswers && signIn !== undefined
    if (grant !== undefined && refreshRefused !== true && !isLost && account.canRefresh(grant, this.#now)) {
      return { verb: 'refresh', call: (exchange) => account.refresh(grant, exchange) }
    }
    if (signIn !== undefined) return { verb: 'sign_in', call: signIn }
    if (this.#signInRefused !== undefined) throw this.#signInRefused
    throw new RingkeyError('reauthentication_required', `The sign-in to ${platform} has ended. ${account.signInAdvice}`)
  }

  async #carryOut(record: KeptRecord, { verb, call, redeemed }: Work): Promise<Grant | undefined> {
    const { environment, exchange, clock, observe, platform } = this.#parts
    const startedAt = environment.now()
    const intended: KeptRecord = { ...record, holdUntil: undefined, intent: { verb, id: environment.newId(), at: this.#now } }
    if (!(await this.#records.replace(intended, record))) return undefined
    let grant: Grant
    try {
      grant = await call(exchange)
    } catch (error) {
      return this.#afterFailure(intended, verb, error)
    }
    const clocks = { ...record.clocks, [environment.host]: clock.aheadMs }
    if (!(await this.#records.save({ grant, clocks, redeemed: redeemed ?? record.redeemed }, intended))) return undefined
    observe({ name: 'renewed', platform, by: verb, durationMs: environment.now() - startedAt })
    return grant
  }

  /** @returns undefined if there is another way to go on */
  async #afterFailure(intended: KeptRecord, verb: Intent['verb'], error: unknown): Promise<undefined> {
    if (!(error instanceof RingkeyError) || error.outcome !== 'not_done') throw error // the intent stays: nobody knows
    const { intent: _, ...before } = intended
    const rest: KeptRecord = { ...before, lastFailure: { code: error.code, at: this.#now } }
    if (isPassing(error)) {
      const holdUntil = error.retryAfterSeconds === undefined ? undefined : this.#now + error.retryAfterSeconds * 1000
      await this.#records.replace({ ...rest, holdUntil }, intended)
      throw error
    }
    if (verb === 'refresh' && error.code === 'credentials_refused') {
      // What another has written meanwhile stands; this takes nothing away.
      await this.#records.replace({ ...rest, refreshRefused: true }, intended)
      return undefined
    }
    await this.#records.replace(rest, intended)
    if (error.code === 'credentials_refused' && verb === 'sign_in') this.#signInRefused = error
    throw error
  }
}

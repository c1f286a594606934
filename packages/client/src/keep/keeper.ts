/**
 * Keeps one credential's token good: who asks, when, and what becomes of the answer.
 *
 * Tasks of a process share one renewal; processes take a lease, and whoever has to wait reads what the other has written. Before a call
 * its intent is written, and its answer is written before anybody gets it; each of these writes replaces exactly what was read, so that
 * of two that believe themselves in charge only one goes on. What the platform knows is in `platforms/`; one renewal is `Renewal`.
 */
import { isPassing, RingkeyError } from '../error.ts'
import type { Exchange } from '../exchange.ts'
import type { Grant } from '../grant.ts'
import { backOffMs } from './back-off.ts'
import type { KeeperParts } from './keeper-parts.ts'
import { Lessor, type Renewer } from './lease.ts'
import type { KeptRecord } from './record.ts'
import { Records } from './records.ts'
import { Renewal } from './renewal.ts'
import { assess } from './window.ts'

export interface Demand {
  readonly minValidityMs?: number
  /** A token that the platform did not take. */
  readonly rejected?: string
}

export interface Seen {
  readonly record: KeptRecord
  readonly canRenew: boolean
  readonly renewer: Renewer | undefined
}

const POLL_MS = 25
/** One that was under way for others may not do for this caller; a second one of its own has to. */
const MAX_RENEWALS = 3

export class Keeper {
  readonly #parts: KeeperParts
  readonly #records: Records
  readonly #lessor: Lessor
  readonly #renewal: Renewal
  #flight: { readonly grant: Promise<Grant>; readonly inBackground: boolean; readonly rejected: string | undefined } | undefined
  /** Of the present token; drawn again for each. */
  #jitter = { of: '', value: 0 }
  /** No renewal in the background before this instant of our clock. */
  #restUntil = 0
  #failures = 0

  constructor(parts: KeeperParts) {
    this.#parts = parts
    this.#records = new Records(parts)
    this.#lessor = new Lessor(parts.store, parts.key, parts.environment, parts.leaseMs)
    this.#renewal = new Renewal(parts, this.#records)
  }

  /**
   * A grant that meets the demand. In the soft window it is the old one, and a renewal goes on behind it. It is the rejected one only where
   * the platform has given it again.
   */
  async grant(demand: Demand = {}): Promise<Grant> {
    this.#refuseImpossible(this.#records.held?.grant, demand)
    const held = (this.#records.held ?? (await this.#read())).grant
    if (held !== undefined && this.#meets(held, demand)) {
      if (this.#freshness(held) === 'soft') this.#renewBehind(held)
      return held
    }
    for (let renewals = 0; renewals < MAX_RENEWALS; renewals += 1) {
      // One behind gives up at the first trouble; who has to wait does not.
      if (this.#flight?.inBackground === true) await this.#flight.grant.catch(() => {})
      const isForThis = this.#flight === undefined || this.#flight.rejected === demand.rejected
      const grant = await this.#join(demand)
      if (this.#meets(grant, demand)) return grant
      this.#refuseImpossible(grant, demand)
      // The platform has given again what it does not take: to ask once more is no use, and whoever makes the call says so.
      if (isForThis && grant.accessToken.reveal() === demand.rejected) return grant
    }
    throw new RingkeyError(
      'unexpected_answer',
      `New tokens of ${this.#parts.platform} are too old when they arrive. Look at its clock, or ask for less.`,
    )
  }

  /** Whether tokens can still be had without a person. */
  async isSignedIn(): Promise<boolean> {
    if (!(await this.#records.canBeRead())) return false
    const { grant, refreshRefused } = await this.#read()
    return grant !== undefined && (refreshRefused !== true || this.#freshness(grant) !== 'hard')
  }

  /** What is kept now, without asking anybody. */
  async look(): Promise<Seen> {
    const record = await this.#read()
    return { record, canRenew: this.#renewal.canRenew(record), renewer: await this.#lessor.look() }
  }

  get now(): number {
    return this.#parts.environment.now() + this.#parts.clock.aheadMs
  }

  /** A sign-in that nobody takes part in, whatever is kept, and whether it can be read or not. */
  async signIn(signIn: (exchange: Exchange) => Promise<Grant>): Promise<Grant> {
    await this.#records.dropUnreadable()
    return this.#inTurn(
      () => undefined,
      () => this.#renewal.signIn(signIn),
      () => true,
    )
  }

  /** The token that was given, in the place of one that cannot be read, and with nothing held against it. */
  async startFromGiven(): Promise<void> {
    await this.#records.dropUnreadable()
    await this.#records.setRefusedAt(undefined)
    await this.grant()
  }

  /** The platform does not take this token, and has no other for us. */
  noteRefused(token: string): Promise<void> {
    return this.#note(token, this.now)
  }

  noteTaken(token: string): Promise<void> | undefined {
    return this.#records.held?.refusedAt === undefined ? undefined : this.#note(token, undefined)
  }

  /** A call has its answer, whether that can be written down or not. */
  async #note(token: string, refusedAt: number | undefined): Promise<void> {
    try {
      await this.#records.setRefusedAt(refusedAt, token)
    } catch (error) {
      if (!(error instanceof RingkeyError)) throw error
      this.#parts.environment.warn(error.message)
    }
  }

  /** A sign-in that a person has taken part in. @param digest of its one-time code */
  async redeem(digest: string, redeem: (exchange: Exchange) => Promise<Grant>): Promise<Grant> {
    await this.#records.dropUnreadable()
    if ((await this.#read()).redeemed === digest) return this.grant()
    return this.#inTurn(
      () => undefined,
      () => this.#renewal.signIn(redeem, digest),
      // A code that is sent twice may end what it has begun.
      ({ outcome }) => outcome === 'not_done',
    )
  }

  /** Takes away what is kept, after `end` was told of it. What cannot be read names no session that could be ended. */
  async forget(end: (grant: Grant) => Promise<void>): Promise<void> {
    await this.#records.dropUnreadable()
    const { grant } = await this.#read()
    try {
      if (grant !== undefined) await end(grant)
    } finally {
      await this.#records.forget() // a platform that cannot be reached is no reason to leave a token behind
    }
  }

  async #read() {
    const record = await this.#records.read()
    const { environment, clock, askTheTime } = this.#parts
    if (!clock.isKnown && record.grant?.expiresAt !== undefined) {
      const ahead = record.clocks[environment.host]
      if (ahead !== undefined) clock.set(ahead)
      // Another machine wrote this, and nothing says whether its clock is ours.
      else if (Object.keys(record.clocks).length > 0) await askTheTime()
    }
    return record
  }

  #freshness(grant: Grant, minValidityMs = 0): ReturnType<typeof assess> {
    const token = grant.accessToken.reveal()
    if (this.#jitter.of !== token) this.#jitter = { of: token, value: this.#parts.environment.random() }
    return assess(grant, this.now, this.#jitter.value, minValidityMs)
  }

  #meets(grant: Grant, { minValidityMs = 0, rejected }: Demand): boolean {
    return grant.accessToken.reveal() !== rejected && this.#freshness(grant, minValidityMs) !== 'hard'
  }

  /** Whoever asked for more than a new token has would renew at every call. */
  #refuseImpossible(grant: Grant | undefined, { minValidityMs = 0 }: Demand): void {
    if (grant?.expiresAt === undefined || grant.issuedAt === 0) return
    const lifeMs = grant.expiresAt - grant.issuedAt
    if (minValidityMs < lifeMs) return
    const sentence = `Tokens of ${this.#parts.platform} live ${Math.round(lifeMs / 1000)} s. Ask for a smaller minValiditySeconds.`
    throw new RingkeyError('configuration', sentence)
  }

  #renewBehind(held: Grant): void {
    if (this.#flight !== undefined || this.#parts.environment.now() < this.#restUntil) return
    this.#join({ rejected: held.accessToken.reveal() }, true).catch(() => {
      this.#failures += 1
      this.#restUntil = this.#parts.environment.now() + 1000 + backOffMs(this.#failures + 1, this.#parts.environment.random())
    })
  }

  /** One renewal for all who wait in this process. */
  #join(demand: Demand, inBackground = false): Promise<Grant> {
    this.#flight ??= {
      inBackground,
      rejected: demand.rejected,
      grant: this.#run(demand, inBackground).finally(() => {
        this.#flight = undefined
      }),
    }
    return this.#flight.grant
  }

  async #run(demand: Demand, inBackground: boolean): Promise<Grant> {
    const { observe, platform } = this.#parts
    try {
      const grant = await this.#inTurn(
        (kept) => (this.#meets(kept, demand) && (!inBackground || this.#freshness(kept) === 'fresh') ? kept : undefined),
        () => this.#renewal.renew(),
        () => !inBackground,
      )
      this.#failures = 0
      return grant
    } catch (error) {
      observe({ name: 'renewal_failed', platform, code: error instanceof RingkeyError ? error.code : 'unexpected', inBackground })
      throw error
    }
  }

  /** Waits for its turn, looking whether another has done the work meanwhile; passing trouble is waited out. */
  async #inTurn(
    isDone: (kept: Grant) => Grant | undefined,
    work: () => Promise<Grant | undefined>,
    mayRepeat: (error: RingkeyError) => boolean,
  ): Promise<Grant> {
    const { environment, timeoutMs, observe, platform } = this.#parts
    const deadline = environment.now() + timeoutMs
    for (let failures = 0; ; ) {
      const { grant } = await this.#read()
      const done = grant && isDone(grant)
      if (done !== undefined) {
        observe({ name: 'adopted', platform })
        return done
      }
      try {
        const made = await this.#underLease(isDone, work)
        if (made !== undefined) return made
        if (environment.now() > deadline) throw this.#tooLong()
        await environment.sleep(POLL_MS * (0.5 + environment.random()))
      } catch (error) {
        failures += 1
        if (!(error instanceof RingkeyError) || !isPassing(error) || !mayRepeat(error)) throw error
        const waitMs = Math.max((error.retryAfterSeconds ?? 0) * 1000, backOffMs(failures, environment.random()))
        if (environment.now() + waitMs > deadline) throw error
        await environment.sleep(waitMs)
      }
    }
  }

  /** @returns undefined if it is another's turn, or another was quicker */
  async #underLease(isDone: (kept: Grant) => Grant | undefined, work: () => Promise<Grant | undefined>): Promise<Grant | undefined> {
    const lease = await this.#lessor.take()
    if (lease === undefined) return undefined
    if (lease.takenOver) this.#parts.observe({ name: 'lease_taken_over', platform: this.#parts.platform })
    try {
      const { grant } = await this.#read()
      return (grant && isDone(grant)) ?? (await work())
    } finally {
      await lease.release()
    }
  }

  #tooLong(): RingkeyError {
    const { timeoutMs, platform } = this.#parts
    const sentence = `Another process is renewing the token of ${platform} for more than ${timeoutMs / 1000} s. Try again.`
    return new RingkeyError('timeout', sentence, { outcome: 'not_done' })
  }
}

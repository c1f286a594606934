/**
 * Letters to people, and what of them there may be. A letter is kept until a mail server has taken it; then it is forgotten.
 *
 * - An address gets five letters at once and then one every two hours, so that nobody can fill somebody's mailbox.
 * - A tenant has so many letters a day, and not one more.
 * - What a server does not take is tried again, at first soon and then every hour, for two days. After that it is no news any more.
 */
import type { AccountId, TenantId } from './ids.ts'
import { type BucketKey, bucketKey, type Charge, type Limit } from './limit.ts'
import type { MailAddress } from './mail-address.ts'
import { DAY_BUCKET_SECONDS, dayOf } from './spend-guard.ts'
import type { EpochMs } from './time.ts'

declare const brand: unique symbol
/** 128 random bits. Stands in the letter itself, and says nothing. */
export type LetterId = string & { readonly [brand]: 'LetterId' }

export interface Letter {
  readonly id: LetterId
  readonly tenantId: TenantId
  /** Whose account it is about. When that is erased, so is the letter. */
  readonly accountId: AccountId
  readonly to: MailAddress
  /** What it tells, as its writer spells it; no secret. */
  readonly content: string
  readonly writtenAt: EpochMs
}

const ADDRESS: Limit = { burst: 5, secondsPerUnit: 7200 }

const FIRST_PAUSE_MS = 60_000
const LONGEST_PAUSE_MS = 3_600_000
export const LETTER_LIFE_MS = 2 * 86_400_000

/** @param attempt which one has just failed, the first being 1 @returns undefined: it was the last one */
export function nextAttemptAt({ writtenAt }: Pick<Letter, 'writtenAt'>, attempt: number, at: EpochMs): EpochMs | undefined {
  const nextAt = at + Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1))
  return nextAt < writtenAt + LETTER_LIFE_MS ? nextAt : undefined
}

export interface LetterCharges {
  readonly charges: readonly Charge[]
  readonly counted: BucketKey
}

/** What a letter costs, in buckets of the store, before it is written. */
export function chargesOfLetter({ tenantId, to }: Pick<Letter, 'tenantId' | 'to'>, perDay: number, at: EpochMs): LetterCharges {
  const address: Charge = { key: bucketKey('letter', 'address', tenantId, to.toLowerCase()), limit: ADDRESS, cost: 1 }
  const day: Charge = {
    key: bucketKey('letter', 'tenant_day', tenantId, dayOf(at)),
    limit: { burst: perDay, secondsPerUnit: DAY_BUCKET_SECONDS },
    cost: 1,
  }
  return { charges: [address, day], counted: address.key }
}

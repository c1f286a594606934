/**
 * What a message to a telephone costs, in buckets of the store: all are charged together, or none, before a gateway is asked. So nobody
 * can make the operator pay for more than this, however many servers run on the store.
 *
 * - A number gets one message a minute and five an hour, whoever asks for them.
 * - An address block, an application, a country and a range of numbers have their own.
 * - A range pays for each message and is paid for each code that comes back: where people read their messages it never runs dry,
 *   and where nobody does, twenty are the end. That is how rented numbers are found.
 * - A tenant has so many messages a day, and not one more. A tenth of them is for notices alone: who uses up the codes of a day does not
 *   keep people from being told what happens to their accounts.
 */
import type { AddressBlock } from './address-block.ts'
import type { ApplicationId, TenantId } from './ids.ts'
import { type BucketKey, bucketKey, type Charge, type Limit } from './limit.ts'
import { type PhonePolicy, type PhoneReading, rangesOf } from './phone.ts'
import type { EpochMs } from './time.ts'

const NUMBER_MINUTE: Limit = { burst: 1, secondsPerUnit: 60 }
const NUMBER_HOUR: Limit = { burst: 5, secondsPerUnit: 720 }
const BLOCK: Limit = { burst: 10, secondsPerUnit: 360 }
const APPLICATION: Limit = { burst: 500, secondsPerUnit: 5 }
const COUNTRY: Limit = { burst: 1000, secondsPerUnit: 3.6 }
const NEIGHBOURS: Limit = { burst: 30, secondsPerUnit: 120 }
/** A message costs one; what comes back for a code that was typed in is more, so that two lost messages do not outweigh one that was read. */
const CONVERSION: Limit = { burst: 20, secondsPerUnit: 1800 }
const RETURN_OF_A_CODE = 3
const NETWORK_CONVERSION: Limit = { burst: 100, secondsPerUnit: 600 }

const DAY_MS = 86_400_000
/** A bucket that is used for a day and drains in two gives back less than one message within it. */
export const DAY_BUCKET_SECONDS = 172_800

/** What codes may have of a tenant's day. */
const SHARE_OF_CODES = 0.9

/** Which limit a message has met. What an operator is told; a caller is told how long to wait. */
export type SpendLimit = 'number' | 'address_block' | 'application' | 'country' | 'range' | 'conversion' | 'tenant_day'

/** Whether a limit is met by somebody who is impatient. The others are met where messages are pumped, or where an operator has allowed too few. */
export function isOfOneCaller(limit: SpendLimit): boolean {
  return limit === 'number' || limit === 'address_block'
}

export interface MessageRequest {
  readonly tenantId: TenantId
  readonly applicationId: ApplicationId | undefined
  readonly phone: PhoneReading
  readonly policy: PhonePolicy
  readonly block: AddressBlock
}

export interface MessageCharges {
  /** Refused as a whole if one bucket has no room. */
  readonly charges: readonly Charge[]
  readonly counted: BucketKey
  readonly limitOf: ReadonlyMap<BucketKey, SpendLimit>
}

export function chargesOfMessage({ tenantId, applicationId, phone, policy, block }: MessageRequest, at: EpochMs): MessageCharges {
  const [neighbours] = rangesOf(phone)
  const limitOf = new Map<BucketKey, SpendLimit>()
  const charge = (named: SpendLimit, name: readonly string[], limit: Limit): Charge => {
    const key = bucketKey('message', named, tenantId, ...name)
    limitOf.set(key, named)
    return { key, limit, cost: 1 }
  }
  const day = dayCharge(tenantId, policy, at)
  const dayOfCodes = dayOfCodesCharge(tenantId, policy, at)
  for (const { key } of [day, dayOfCodes]) limitOf.set(key, 'tenant_day')
  const minute = charge('number', ['minute', phone.number], NUMBER_MINUTE)
  const charges = [
    minute,
    charge('number', ['hour', phone.number], NUMBER_HOUR),
    charge('address_block', [block], BLOCK),
    ...(applicationId === undefined ? [] : [charge('application', [applicationId], APPLICATION)]),
    charge('country', [phone.country ?? phone.callingCode], COUNTRY),
    charge('range', [neighbours], NEIGHBOURS),
    ...conversionBuckets(tenantId, phone),
    dayOfCodes,
    day,
  ]
  for (const { key } of conversionBuckets(tenantId, phone)) limitOf.set(key, 'conversion')
  return { charges, counted: minute.key, limitOf }
}

/** What it costs to tell a number something that it has proved to be concerned with: a code was typed in that was sent to it just now. */
export function chargesOfNotice(
  { tenantId, phone, policy }: Pick<MessageRequest, 'tenantId' | 'policy'> & { readonly phone: Pick<PhoneReading, 'number'> },
  at: EpochMs,
): Pick<MessageCharges, 'charges' | 'counted'> {
  const hour: Charge = { key: bucketKey('message', 'notice', tenantId, phone.number), limit: NUMBER_HOUR, cost: 1 }
  return { charges: [hour, dayCharge(tenantId, policy, at)], counted: hour.key }
}

function dayCharge(tenantId: TenantId, { messagesPerDay }: PhonePolicy, at: EpochMs): Charge {
  const key = bucketKey('message', 'tenant_day', tenantId, dayOf(at))
  return { key, limit: { burst: messagesPerDay, secondsPerUnit: DAY_BUCKET_SECONDS }, cost: 1 }
}

function dayOfCodesCharge(tenantId: TenantId, { messagesPerDay }: PhonePolicy, at: EpochMs): Charge {
  const key = bucketKey('message', 'tenant_day_codes', tenantId, dayOf(at))
  return { key, limit: { burst: Math.ceil(messagesPerDay * SHARE_OF_CODES), secondsPerUnit: DAY_BUCKET_SECONDS }, cost: 1 }
}

/** How long until a tenant has messages again, in milliseconds. */
export function untilNextDay(at: EpochMs): number {
  return DAY_MS - (at % DAY_MS)
}

/** The day of an instant (UTC), as a bucket's name has it. */
export function dayOf(at: EpochMs): string {
  return String(Math.floor(at / DAY_MS))
}

/** What a code that was typed in gives back to the ranges of its number. */
export function returnsOfCode(tenantId: TenantId, phone: Pick<PhoneReading, 'number' | 'callingCode'>): readonly Charge[] {
  return conversionBuckets(tenantId, phone).map((bucket) => ({ ...bucket, cost: RETURN_OF_A_CODE }))
}

function conversionBuckets(tenantId: TenantId, phone: Pick<PhoneReading, 'number' | 'callingCode'>): readonly Charge[] {
  const [neighbours, network] = rangesOf(phone)
  return [
    { key: bucketKey('message', 'conversion', tenantId, neighbours), limit: CONVERSION, cost: 1 },
    { key: bucketKey('message', 'conversion network', tenantId, network), limit: NETWORK_CONVERSION, cost: 1 },
  ]
}

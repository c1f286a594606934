/** What stands in the store under the key of one credential. Only here do secrets become text. */
import { type ErrorCode, RingkeyError } from '../error.ts'
import type { Grant } from '../grant.ts'
import { Secret } from '../secret.ts'

/** The last renewal has failed: an error's code, and when it was met by the platform's clock. */
export interface Failure {
  readonly code: ErrorCode
  readonly at: number
}

/** Written before a call, taken away with its answer: what is found later is a call whose answer nobody read. */
export interface Intent {
  readonly verb: 'refresh' | 'sign_in'
  readonly id: string
  /** By the platform's clock; records of older versions have none. */
  readonly at?: number | undefined
}

export interface KeptRecord {
  readonly grant?: Grant | undefined
  readonly intent?: Intent | undefined
  /** The platform has said no to this grant's refresh, for good. */
  readonly refreshRefused?: boolean | undefined
  /** Goes with the next token. */
  readonly lastFailure?: Failure | undefined
  /** The platform has refused the token at a call, and no other could be had; by the platform's clock. It goes with the next token. */
  readonly refusedAt?: number | undefined
  /** Nobody asks before this instant, by the platform's clock. */
  readonly holdUntil?: number | undefined
  /** A digest of the one-time code that the grant began with: it is not sent again. */
  readonly redeemed?: string | undefined
  /** How far the platform's clock is ahead of a host's, in milliseconds. */
  readonly clocks: Readonly<Record<string, number>>
}

export const EMPTY_RECORD: KeptRecord = { clocks: {} }

interface StoredRecord extends Omit<KeptRecord, 'grant'> {
  readonly v: 1
  readonly grant?: Omit<Grant, 'accessToken' | 'refreshToken'> & {
    readonly accessToken: string
    readonly refreshToken?: string | undefined
  }
}

export function encodeRecord({ grant, ...rest }: KeptRecord): string {
  const stored: StoredRecord = { v: 1, ...rest, ...(grant === undefined ? {} : { grant: encodeGrant(grant) }) }
  return JSON.stringify(stored)
}

function encodeGrant({ accessToken, refreshToken, ...rest }: Grant): NonNullable<StoredRecord['grant']> {
  return { ...rest, accessToken: accessToken.reveal(), refreshToken: refreshToken?.reveal() }
}

/** @throws RingkeyError if it cannot be read */
export function decodeRecord(text: string): KeptRecord {
  const stored = readStored(text)
  if (stored === undefined) {
    throw new RingkeyError('store_unavailable', 'What is kept for this credential cannot be read by this version. Sign out and in again.')
  }
  const { v: _version, grant, ...rest } = stored
  return grant === undefined ? rest : { ...rest, grant: decodeGrant(grant) }
}

/** False if a newer version of this package wrote it, or nobody of ours. */
export function isReadable(text: string): boolean {
  return readStored(text) !== undefined
}

function readStored(text: string): StoredRecord | undefined {
  const stored = parse(text)
  if (stored?.v !== 1 || typeof stored.clocks !== 'object' || stored.clocks === null) return undefined
  return stored.grant === undefined || typeof stored.grant?.accessToken === 'string' ? stored : undefined
}

/** Of a text that is no record nothing is told, the error's cause neither: it may hold a token. */
function parse(text: string): StoredRecord | undefined {
  try {
    return JSON.parse(text) as StoredRecord
  } catch {
    return undefined
  }
}

function decodeGrant({ accessToken, refreshToken, ...rest }: NonNullable<StoredRecord['grant']>): Grant {
  return {
    ...rest,
    accessToken: new Secret(accessToken),
    ...(refreshToken === undefined ? {} : { refreshToken: new Secret(refreshToken) }),
  }
}

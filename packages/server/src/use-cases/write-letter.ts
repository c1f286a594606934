import type { AccountNotice, SignInDetails } from '../delivery/message.ts'
import type { Account } from '../domain/account.ts'
import { addressBlockOf } from '../domain/address-block.ts'
import { chargesOfLetter, type LetterId } from '../domain/letter.ts'
import type { MailAddress } from '../domain/mail-address.ts'
import type { Randomness } from '../domain/randomness.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { Clock } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { Letters } from '../store/letters.ts'
import type { Limits } from '../store/limits.ts'
import type { Caller } from './calls.ts'
import { writeContent } from './letter-content.ts'

interface Deps {
  readonly clock: Clock
  readonly randomness: Randomness
  readonly limits: Limits
  readonly letters: Letters
  readonly events: Events
  readonly issuerOf: (tenant: Tenant) => string
  /** How many a tenant may have in a day; undefined: no letter leaves this server. */
  readonly lettersPerDay: number | undefined
}

interface NewLetter {
  readonly tenant: Tenant
  readonly account: Pick<Account, 'id'>
  readonly to: MailAddress
  readonly notice: AccountNotice
  readonly details?: SignInDetails | undefined
  readonly language: string
  readonly caller: Caller
}

/**
 * Writes a letter, which leaves by itself later. What it tells of is done: it is not undone where no letter can be written. It is in the
 * store when this resolves; no mail server has been asked.
 */
export type WriteLetter = (letter: NewLetter) => Promise<void>

const ID_BYTES = 16

export function createWriteLetter({ clock, randomness, limits, letters, events, issuerOf, lettersPerDay }: Deps): WriteLetter {
  return async ({ tenant, account, to, notice, details, language, caller }) => {
    if (lettersPerDay === undefined) return
    const at = clock.now()
    const block = addressBlockOf(caller.address)
    const occasion = { tenantId: tenant.id, subject: account.id, block, requestId: caller.requestId }
    const { charges, counted } = chargesOfLetter({ tenantId: tenant.id, to }, lettersPerDay, at)
    const charged = await limits.charge({ charges, counted, at })
    if (!charged.allowed) return events.publish(events.noticeWithheld(occasion, { notice, way: 'letter' }))
    const { host } = new URL(issuerOf(tenant))
    const id = randomness.bytes(ID_BYTES).toString('base64url') as LetterId
    const content = writeContent({ notice, details, language, host })
    await letters.add({ id, tenantId: tenant.id, accountId: account.id, to, content, writtenAt: at })
    events.publish(events.letterWritten(occasion, { notice }))
  }
}

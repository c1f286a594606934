import type { AccountNotice, SignInDetails } from '../delivery/message.ts'
import type { Account } from '../domain/account.ts'
import { mailAddressOf } from '../domain/mail-address.ts'
import { judgePhone, type PhoneNumber } from '../domain/phone.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { ReadPhone } from '../phones/read-phone.ts'
import type { Caller } from './calls.ts'
import type { SendNotice } from './send-notice.ts'
import type { WriteLetter } from './write-letter.ts'

interface Deps {
  readonly readPhone: ReadPhone
  readonly sendNotice: SendNotice
  readonly writeLetter: WriteLetter
}

interface News {
  readonly tenant: Tenant
  readonly account: Account
  readonly notice: AccountNotice
  readonly details?: SignInDetails | undefined
  /** Of who does it: for an owner of whom no language is known. */
  readonly language: string
  readonly caller: Caller
}

/** Tells the owner of an account what has happened to it: by text message to a number of those that the tenant pays for, as long as it pays, else by letter. */
export type TellOwner = (news: News) => Promise<void>

export function createTellOwner({ readPhone, sendNotice, writeLetter }: Deps): TellOwner {
  return async ({ tenant, account, notice, details, caller, ...news }) => {
    const { language = news.language } = account
    const text = phoneOf(account)
    const read = text === undefined ? undefined : await readPhone(text, undefined)
    const judged = read?.ok ? judgePhone(read.value, tenant.phones) : undefined
    if (judged?.ok && (await sendNotice({ tenant, number: judged.value, notice, details, language, caller })) === 'leaving') return
    const to = mailAddressOf(account)
    if (to !== undefined) await writeLetter({ tenant, account, to, notice, details, language, caller })
  }
}

/** The first login name that is a telephone number in E.164. */
export function phoneOf({ loginIds }: Pick<Account, 'loginIds'>): PhoneNumber | undefined {
  return loginIds.map(String).find((id): id is PhoneNumber => /^\+[1-9]\d{6,14}$/.test(id))
}

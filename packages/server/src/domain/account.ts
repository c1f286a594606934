import type { AccountId, OrganisationId, TenantId } from './ids.ts'
import type { Role } from './role.ts'
import type { EpochMs } from './time.ts'

/** A person or a service that can sign in. Its password hash is read only by `Accounts.findForSignIn`. */
export interface Account {
  readonly id: AccountId
  readonly tenantId: TenantId
  readonly organisationId: OrganisationId
  /** Canonical spellings, unique in the tenant: e-mail addresses and login ids. */
  readonly loginIds: readonly LoginId[]
  /** What the person or the service is called; undefined: nobody has said. */
  readonly name: string | undefined
  readonly roles: readonly Role[]
  /** Whether it may get tokens of other accounts of its organisation. */
  readonly mayImpersonate: boolean
  readonly enabled: boolean
  readonly epoch: number
  readonly passwordSetAt: EpochMs
  readonly createdAt: EpochMs
  /** In which the person reads: the last that the person has chosen here, BCP 47; undefined: not known */
  readonly language: string | undefined
  /** When it and what names the person will be erased, because the person has asked for it; until then it is as if disabled. undefined: never */
  readonly erasesAt: EpochMs | undefined
}

/** So long a person may come back who has deleted the account. */
export const ERASURE_DELAY_MS = 14 * 24 * 60 * 60 * 1000

declare const loginIdBrand: unique symbol
/** A login name in its canonical spelling. */
export type LoginId = string & { readonly [loginIdBrand]: 'LoginId' }

const MAX_LOGIN_ID_CHARACTERS = 255

/**
 * The one spelling of a login name: compatibility-normalised (NFKC, so that a full-width `@` is an `@`), without surrounding
 * blanks, lower case. Limits and look-ups use it, so that no other spelling buys another guess.
 * @returns undefined for what can be no login name: empty, longer than 255 characters, or with a control character or a blank inside
 */
export function parseLoginId(text: string): LoginId | undefined {
  const canonical = text.normalize('NFKC').trim().toLowerCase().normalize('NFKC')
  if (canonical.length === 0 || canonical.length > MAX_LOGIN_ID_CHARACTERS) return undefined
  if (/[\p{Cc}\p{Cf}\p{Cs}\p{Z}]/u.test(canonical)) return undefined
  return canonical as LoginId
}

/** The first login name that is an e-mail address. Nobody has verified that it is read by the account's owner. */
export function emailOf({ loginIds }: Pick<Account, 'loginIds'>): string | undefined {
  return loginIds.find((id) => /^[^@]+@[^@]+$/.test(id))
}

import type { Account } from '../../domain/account.ts'
import type { SignInCandidate } from '../accounts.ts'
import { type Row, readFlag, readNumber, readOptional, readText, readTexts, type Value } from './rows.ts'

/** SQL: an account, `a`, with its names. */
export const ACCOUNT_COLUMNS = `a.*, (select json_group_array(login_id order by position) from login_ids where account_id = a.id) as login_ids`

/** In the order of the columns of an insertion. */
export function valuesOf(account: Account, passwordHash: string): Value[] {
  return [
    account.id,
    account.tenantId,
    account.organisationId,
    account.name ?? null,
    JSON.stringify(account.roles),
    Number(account.mayImpersonate),
    Number(account.enabled),
    account.epoch,
    passwordHash,
    account.passwordSetAt,
    account.createdAt,
    account.erasesAt ?? null,
    account.language ?? null,
  ]
}

export function toAccount(row: Row): Account {
  return {
    id: readText(row, 'id'),
    tenantId: readText(row, 'tenant_id'),
    organisationId: readText(row, 'organisation_id'),
    loginIds: readTexts(row, 'login_ids'),
    name: readOptional(row, 'name', readText),
    roles: readTexts(row, 'roles'),
    mayImpersonate: readFlag(row, 'may_impersonate'),
    enabled: readFlag(row, 'enabled'),
    epoch: readNumber(row, 'epoch'),
    passwordSetAt: readNumber(row, 'password_set_at'),
    createdAt: readNumber(row, 'created_at'),
    erasesAt: readOptional(row, 'erases_at', readNumber),
    language: readOptional(row, 'language', readText<string>),
  }
}

export function toCandidate(row: Row): SignInCandidate {
  const account = toAccount(row)
  const allEnabled = readFlag(row, 'all_enabled')
  return {
    account,
    passwordHash: readText(row, 'password_hash'),
    enabled: allEnabled && account.erasesAt === undefined,
    isLeaving: allEnabled && account.erasesAt !== undefined,
    tenantEpoch: readNumber(row, 'tenant_epoch'),
    knownBlock: readFlag(row, 'is_known_block'),
  }
}

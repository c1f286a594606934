import type { AuditRow } from './audit-row.ts'

/** What people are shown of what has happened to their account, by the action of its audit row. Rows of other actions are not shown. */
const KINDS = {
  'sign_in.succeeded': 'signed-in',
  'sign_in.refused': 'sign-in-failed',
  'code.exchanged': 'application-joined',
  'session.signed_out': 'signed-out',
  'session.ended': 'session-ended',
  'sessions.ended': 'sessions-ended',
  'session.impersonated': 'impersonated',
  'refresh.token_reused': 'token-reused',
  'account.created': 'created',
  'account.password_set': 'password-set',
  'account.number_changed': 'number-changed',
  'account.rights_set': 'rights-set',
  'account.exported': 'exported',
  'account.erasure_planned': 'deletion-planned',
  'account.kept': 'kept',
  'operator.enabled': 'enabled',
  'operator.disabled': 'disabled',
} as const satisfies Readonly<Record<string, string>>

/** A sign-in with a browser that the account did not know. */
const WITH_NEW_DEVICE = 'signed-in-newly'

export type ActivityKind = (typeof KINDS)[keyof typeof KINDS] | typeof WITH_NEW_DEVICE

export const ACTIVITY_KINDS: readonly ActivityKind[] = [...Object.values(KINDS), WITH_NEW_DEVICE]

export interface Activity {
  readonly kind: ActivityKind
  /** Of the last, where it has happened several times. */
  readonly row: AuditRow
  /** How often in a row, from the same place by the same device. */
  readonly times: number
}

/** What needs no right password each time. */
const REPEATABLE: ReadonlySet<ActivityKind> = new Set(['sign-in-failed', 'exported'])

/** What can be repeated at will and follows itself is one line, so that nobody pushes all else away with it. @param rows newest first */
export function activityOf(rows: readonly AuditRow[]): readonly Activity[] {
  const lines: Activity[] = []
  for (const row of rows) {
    const kind = kindOf(row)
    if (kind === undefined) continue
    const last = lines.at(-1)
    const isAgain = REPEATABLE.has(kind) && last?.kind === kind && isFromTheSame(last.row, row)
    if (isAgain) lines[lines.length - 1] = { ...last, times: last.times + 1 }
    else lines.push({ kind, row, times: 1 })
  }
  return lines
}

function kindOf({ action, details }: AuditRow): ActivityKind | undefined {
  if (action === 'sign_in.succeeded' && details.newDevice === true) return WITH_NEW_DEVICE
  return Object.hasOwn(KINDS, action) ? KINDS[action as keyof typeof KINDS] : undefined
}

function isFromTheSame(one: AuditRow, other: AuditRow): boolean {
  return one.addressBlock === other.addressBlock && one.details.device === other.details.device
}

import type { DoorName } from '../../domain/tenant.ts'

/** How a platform of the family differs from the others. */
export interface Dialect {
  readonly name: DoorName
  readonly title: string
  readonly documentUrl: string
  /** Whether a sign-in answers `number_of_days_left`. */
  readonly answersDaysLeft: boolean
  /** Whether a failed sign-in answers `login_failed_count`. */
  readonly answersFailedCount: boolean
  /** Whether `?token=` is read at refresh and sign-out. Off: addresses end up in logs. */
  readonly readsTokenInQuery: boolean
}

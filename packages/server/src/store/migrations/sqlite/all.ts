import { first } from './0001-first.ts'
import { rights } from './0002-rights.ts'
import { pageSignIn } from './0003-page-sign-in.ts'
import { repeats } from './0004-repeats.ts'
import { phones } from './0005-phones.ts'
import { activity } from './0006-activity.ts'
import { leaving } from './0007-leaving.ts'
import { letters } from './0008-letters.ts'
import { knownDevices } from './0009-known-devices.ts'
import { origins } from './0010-origins.ts'
import { keyVersions } from './0011-key-versions.ts'
import type { Migration } from './migration.ts'

/** In their order. A new one is a new file and a line here. */
export const SQLITE_MIGRATIONS: readonly Migration[] = [
  first,
  rights,
  pageSignIn,
  repeats,
  phones,
  activity,
  leaving,
  letters,
  knownDevices,
  origins,
  keyVersions,
]

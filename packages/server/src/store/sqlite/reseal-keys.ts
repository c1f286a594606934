import type { ResealKeys } from '../store.ts'
import type { Auditing } from './audit-trail.ts'
import type { CommittedTime } from './clock.ts'
import type { Connection } from './connection.ts'
import { toStoredKey } from './signing-keys.ts'

export function createResealKeys({ prepare, write }: Connection, auditing: Auditing, time: Pick<CommittedTime, 'lastBeatAt'>): ResealKeys {
  const all = prepare('select * from signing_keys order by id')
  const replace = prepare('update signing_keys set sealed_secret = ?2 where id = ?1')
  const replaceCheck = prepare('update identity set master_key_check = ?')

  return ({ reseal, masterKeyCheck, audit, notBeatenSince }) =>
    write(() => {
      if (time.lastBeatAt() !== notBeatenSince) return 'in_use'
      const keys = all.all().map(toStoredKey)
      for (const key of keys) replace.run(key.id, reseal(key))
      replaceCheck.run(masterKeyCheck)
      auditing.append(audit)
      return keys.length
    })
}

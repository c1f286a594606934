import { type Familiarity, MAX_KNOWN_DEVICES } from '../../domain/known-device.ts'
import type { KnownDevices } from '../known-devices.ts'
import type { CommittedTime } from './clock.ts'
import type { Connection } from './connection.ts'
import { readFlag, readNumber, readOptional, readText } from './rows.ts'

export function createKnownDevices({ prepare, read, write }: Connection, time: CommittedTime): KnownDevices {
  const isStale = 'last_at < (select password_set_at from accounts where id = ?1)'
  const see = prepare(`
    insert into known_devices (account_id, digest, description, first_at, last_at, times, was_first)
    values (?1, ?2, ?3, ?4, ?4, 1, not exists (select 1 from known_devices where account_id = ?1))
    on conflict (account_id, digest) do update set
      description = excluded.description, last_at = max(last_at, excluded.last_at),
      times = case when ${isStale} then 1 else times + 1 end, was_first = was_first and not (${isStale})
    returning times, was_first`)
  const forget = prepare(`
    delete from known_devices where account_id = ?1 and digest in (
      select digest from known_devices where account_id = ?1 and digest <> ?2
      order by last_at desc, first_at desc, digest limit -1 offset ${MAX_KNOWN_DEVICES - 1})`)
  const isKnown = prepare(`
    select 1 from known_devices d, accounts a
    where d.account_id = ?1 and d.digest = ?2 and a.id = d.account_id and d.last_at >= a.password_set_at`)
  const list = prepare(`
    select digest, description, first_at, last_at from known_devices where account_id = ? order by last_at desc, first_at desc, digest`)

  return {
    see: ({ accountId, digest, description, at }) =>
      write((): Familiarity => {
        const row = see.get(accountId, digest, description ?? null, at)
        if (row === undefined) throw new Error('a device was seen and is not there')
        time.note(at)
        if (readNumber(row, 'times') > 1) return 'known'
        forget.run(accountId, digest)
        return readFlag(row, 'was_first') ? 'first' : 'new'
      }),
    isKnown: (accountId, digest) => read(() => isKnown.get(accountId, digest) !== undefined),
    list: (accountId) =>
      read(() =>
        list.all(accountId).map((row) => ({
          digest: readText(row, 'digest'),
          description: readOptional(row, 'description', readText),
          firstAt: readNumber(row, 'first_at'),
          lastAt: readNumber(row, 'last_at'),
        })),
      ),
  }
}

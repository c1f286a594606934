import { Unavailable } from '../../domain/fault.ts'
import type { MasterKeyCheck } from '../store.ts'
import type { Connection } from './connection.ts'
import { type Row, readBytes, readOptional } from './rows.ts'

/** The one row of what the store itself is: its id, and the text that shows whether a master key is its own. */
export interface Identity {
  readId(): Buffer
  readonly masterKeyCheck: MasterKeyCheck
  /** Inside a transaction. @throws Unavailable if the store is under another master key than when this process first asked */
  requireSameMasterKey(): void
}

export function createIdentity({ prepare, read, write }: Connection): Identity {
  const select = prepare('select id, master_key_check from identity')
  const putIfAbsent = prepare('update identity set master_key_check = ? where master_key_check is null')

  /** What this process has found when it first asked. */
  let known: Buffer | undefined

  function row(): Row {
    const found = select.get()
    if (found === undefined) throw new Error('the database has lost its identity')
    return found
  }

  return {
    readId: () => readBytes(row(), 'id'),
    masterKeyCheck: {
      read: async () => {
        const found = await read(() => readOptional(row(), 'master_key_check', readBytes))
        known ??= found
        return found
      },
      putIfAbsent: (sealed) =>
        write(() => {
          putIfAbsent.run(sealed)
          const found = readBytes(row(), 'master_key_check')
          known ??= found
          return found
        }),
    },
    requireSameMasterKey() {
      if (known !== undefined && readOptional(row(), 'master_key_check', readBytes)?.equals(known) !== true)
        throw new Unavailable('the store is under another master key since this process was started', 60)
    },
  }
}

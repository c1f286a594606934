import type { MasterKeyCheck } from '../store.ts'
import type { Connection } from './connection.ts'
import { type Row, readBytes, readOptional } from './rows.ts'

/** The one row of what the store itself is: its id, and the text that shows whether a master key is its own. */
export interface Identity {
  readId(): Buffer
  readonly masterKeyCheck: MasterKeyCheck
}

export function createIdentity({ prepare, read, write }: Connection): Identity {
  const select = prepare('select id, master_key_check from identity')
  const putIfAbsent = prepare('update identity set master_key_check = ? where master_key_check is null')

  function row(): Row {
    const found = select.get()
    if (found === undefined) throw new Error('the database has lost its identity')
    return found
  }

  return {
    readId: () => readBytes(row(), 'id'),
    masterKeyCheck: {
      read: () => read(() => readOptional(row(), 'master_key_check', readBytes)),
      putIfAbsent: (sealed) =>
        write(() => {
          putIfAbsent.run(sealed)
          return readBytes(row(), 'master_key_check')
        }),
    },
  }
}

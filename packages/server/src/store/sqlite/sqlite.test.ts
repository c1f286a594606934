import { createSeededRandomness } from '../contract/builders.ts'
import { describeStore } from '../contract/describe-store.ts'
import { openSqliteStore } from './open.ts'
import { createTemporaryPath } from './temporary-path.ts'

const randomness = createSeededRandomness('sqlite')
const temporary = createTemporaryPath()

describeStore({ name: 'SQLite in memory', open: () => openSqliteStore({ path: ':memory:', randomness }), openAgain: undefined })

describeStore({
  name: 'SQLite in a file',
  open: () => openSqliteStore({ path: temporary.next(), randomness }),
  openAgain: () => openSqliteStore({ path: temporary.last(), randomness }),
})

import cluster from 'node:cluster'
import { EXIT } from '../cli/exit-codes.ts'
import type { Config } from '../config/config.ts'
import { createEvents } from '../events/events.ts'
import { describeFault } from './describe-fault.ts'
import { createLastLog } from './event-sink.ts'
import { randomness } from './open-house.ts'

/**
 * A fault that nothing has caught leaves the process in no known state: it ends, and whoever watches it starts another one. Node itself
 * would print all that hangs on the error, which may be a request with its token.
 */
export function endOnFault({ logLevel }: Pick<Config, 'logLevel'>, process: Pick<NodeJS.Process, 'once' | 'exit'>): void {
  // A promise that was rejected and that nobody looks at comes here too.
  process.once('uncaughtException', (fault) => {
    const logger = createLastLog(logLevel, cluster.worker?.id)
    const events = createEvents({
      randomness,
      sink: { log: (level, event, fields) => logger[level]({ event, ...fields }), count: () => {} },
    })
    events.publish(events.processFailed({}, describeFault(fault)))
    process.exit(EXIT.unexpected)
  })
}

import pino from 'pino'
import { Counter, type Registry } from 'prom-client'
import type { Config } from '../config/config.ts'
import type { EventSink } from '../events/events.ts'

/** Log lines are JSON on standard error: standard output is for what a person asked to see. */
export interface Log {
  readonly logger: pino.Logger
  /** Writes what is still in memory. Called before the process ends. */
  flush(): void
}

/** @param worker its number, which is then on each of its lines; undefined: there is one process only */
export function createLog(level: Config['logLevel'], worker?: number): Log {
  const destination = pino.destination({ dest: 2, sync: false })
  const logger = pino(
    {
      level,
      base: worker === undefined ? null : { worker },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  )
  return { logger, flush: () => destination.flushSync() }
}

/** Where a server's events go: a log line, and a counter by the event's name. */
export function createServerSink(logger: pino.Logger, registry: Registry): EventSink {
  const events = new Counter({ name: 'ringkey_events_total', help: 'Events, by name.', labelNames: ['event'], registers: [registry] })
  return {
    log: (level, event, fields) => logger[level]({ event, ...fields }),
    count: (event) => events.inc({ event }),
  }
}

/** The command line's: what it changes is in the audit trail. */
export const silentSink: EventSink = { log: () => {}, count: () => {} }

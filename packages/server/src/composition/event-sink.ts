import pino from 'pino'
import { Counter, type Registry } from 'prom-client'
import type { Config } from '../config/config.ts'
import type { EventSink } from '../events/events.ts'

/** Log lines are JSON on standard error: standard output is for what a person asked to see. */
export interface Log {
  readonly logger: pino.Logger
  /** Resolves when all lines are written, or nobody reads them any more. Awaited before the process ends. */
  flush(): Promise<void>
}

interface LogOptions {
  /** Its number, which is then on each of its lines; undefined: there is one process only. */
  readonly worker?: number | undefined
  /** A path or a file descriptor. */
  readonly dest?: string | number
}

export function createLog(level: Config['logLevel'], { worker, dest = 2 }: LogOptions = {}): Log {
  const destination = pino.destination({ dest, sync: false })
  const nobodyReads = new Promise<void>((resolve) => {
    destination.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
      resolve() // pino writes no more
    })
  })
  return {
    logger: createLogger(level, worker, destination),
    flush() {
      const written = new Promise<void>((resolve) => destination.once('drain', resolve))
      // Its own synchronous flush goes ahead of a line that is being written. This one comes after it.
      destination.write('')
      return Promise.race([written, nobodyReads])
    },
  }
}

/** The log of a process that is in no known state, and writes each line before it goes on. */
export function createLastLog(level: Config['logLevel'], worker?: number): pino.Logger {
  return createLogger(level, worker, pino.destination({ dest: 2, sync: true }))
}

function createLogger(level: Config['logLevel'], worker: number | undefined, destination: pino.DestinationStream): pino.Logger {
  return pino(
    {
      level,
      base: worker === undefined ? null : { worker },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  )
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

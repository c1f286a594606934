import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import type { StartRefusal } from '../cli/cli-deps.ts'
import type { OutboxMessage } from '../delivery/outbox.ts'
import type { DemoView } from '../demo/run-demo.ts'
import { accept, type Outcome, refuse } from '../domain/outcome.ts'
import type { SystemTime } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { Figures, FromWorker, ToWorker } from './worker-messages.ts'

/** The first successor comes at once or nearly so; one that dies again and again must not take the machine. */
const FIRST_PAUSE_MS = 100
const MAX_PAUSE_MS = 30_000
/** Who has lived so long did not die of its start. */
const HEALTHY_MS = 60_000
/** A worker cuts off after ten seconds what it has not finished, and after five more messages that no gateway takes. */
const STOP_DEADLINE_MS = 20_000
/** A worker that does not tell its figures in this time is left out. */
const FIGURES_MS = 1000

export interface WorkerPool {
  /** @returns the port, once all listen */
  start(): Promise<Outcome<number, StartRefusal>>
  /** Workers to come are told too. */
  furnished(demo: DemoView | undefined): void
  /** Tells all what the demo's outbox has. */
  posted(outbox: readonly OutboxMessage[]): void
  /** Of all who live and answer. */
  figures(): Promise<Figures[]>
  /** How many answer requests. */
  listening(): number
  /** Each finishes what is under way. Resolves when all have gone. */
  stop(): Promise<void>
}

interface Options {
  readonly workers: number
  readonly time: Pick<SystemTime, 'monotonicMs'>
  readonly events: Events
  /** Gets what a worker told last when it has gone, so that no counter runs backwards. */
  readonly onGone: (last: Figures) => void
  /** Gets what a demo's worker would have sent. */
  readonly onPosted: (message: OutboxMessage) => void
}

/** Keeps as many workers as were asked for: one that dies has a successor. */
export function createWorkerPool({ workers, time, events, onGone, onPosted }: Options): WorkerPool {
  const living = new Map<Worker, Figures>()
  const listening = new Set<Worker>()
  const timers = new Set<NodeJS.Timeout>()
  /** What all know, and who comes later is told too. */
  const known = new Map<ToWorker['kind'], ToWorker>()
  /** While all are begun and when all are to end, nobody who goes has a successor. */
  let isComplete = false
  let deaths = 0

  function begin(): Worker {
    const worker = cluster.fork()
    const begunAt = time.monotonicMs()
    let refused: string | undefined
    living.set(worker, [])
    worker.on('error', () => {}) // a message to one who has just gone; its end is told by itself
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'figures') living.set(worker, message.figures)
      if (message.kind === 'posted') onPosted(message.message)
      if (message.kind === 'refused') refused = message.refusal.code
      if (message.kind !== 'listening') return
      listening.add(worker)
      events.publish(events.workerStarted({}, { worker: worker.id }))
      for (const one of known.values()) tell(worker, one)
    })
    worker.on('exit', (code: number | null, signal: string | null) => {
      onGone(living.get(worker) ?? [])
      living.delete(worker)
      listening.delete(worker)
      if (!isComplete) return
      events.publish(events.workerDied({}, { worker: worker.id, reason: refused ?? signal ?? `exit code ${code}` }))
      deaths = time.monotonicMs() - begunAt < HEALTHY_MS ? deaths + 1 : 1
      const timer = setTimeout(() => {
        timers.delete(timer)
        begin()
      }, pauseAfter(deaths))
      timers.add(timer)
    })
    return worker
  }

  function tellAll(message: ToWorker): void {
    known.set(message.kind, message)
    for (const worker of living.keys()) tell(worker, message)
  }

  async function stop(): Promise<void> {
    isComplete = false
    for (const timer of timers) clearTimeout(timer)
    const gone = Promise.all([...living.keys()].map((worker) => once(worker, 'exit')))
    for (const worker of living.keys()) worker.process.kill('SIGTERM')
    const deadline = setTimeout(() => {
      for (const worker of living.keys()) worker.process.kill('SIGKILL')
    }, STOP_DEADLINE_MS)
    await gone
    clearTimeout(deadline)
  }

  return {
    async start() {
      // Each worker takes connections by itself. What this process handed to one that has just died would wait for ever.
      cluster.schedulingPolicy = cluster.SCHED_NONE
      const answers = await Promise.all(Array.from({ length: workers }, () => untilDecided(begin())))
      const failed = answers.find((answer) => !answer.ok)
      if (failed !== undefined) return failed
      isComplete = true
      while (living.size < workers) begin() // one may have gone since it said that it listens
      return answers[0] ?? accept(0)
    },
    furnished: (demo) => tellAll({ kind: 'furnished', demo }),
    posted: (outbox) => tellAll({ kind: 'posted', outbox }),
    figures: async () => (await Promise.all([...living.keys()].map(askFigures))).filter((figures) => figures !== undefined),
    listening: () => listening.size,
    stop,
  }
}

/** @param deaths in a row */
export function pauseAfter(deaths: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** (deaths - 1), MAX_PAUSE_MS)
}

/** What becomes of a worker's first start. One that ends without a word has printed why. */
function untilDecided(worker: Worker): Promise<Outcome<number, StartRefusal>> {
  return new Promise((resolve, reject) => {
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'listening') resolve(accept(message.port))
      if (message.kind === 'refused') resolve(refuse(message.refusal))
    })
    worker.once('exit', () => reject(new Error('a worker ended before it listened')))
  })
}

let asked = 0

function askFigures(worker: Worker): Promise<Figures | undefined> {
  asked += 1
  const mine = asked
  return new Promise((resolve) => {
    const done = (figures: Figures | undefined) => {
      clearTimeout(timer)
      worker.off('message', hear)
      resolve(figures)
    }
    const hear = (message: FromWorker) => {
      if (message.kind === 'figures' && message.asked === mine) done(message.figures)
    }
    const timer = setTimeout(() => done(undefined), FIGURES_MS)
    worker.on('message', hear)
    tell(worker, { kind: 'tell_figures', asked: mine })
  })
}

function tell(worker: Worker, message: ToWorker): void {
  if (worker.isConnected()) worker.send(message)
}

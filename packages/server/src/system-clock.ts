import { performance } from 'node:perf_hooks'
import type { SystemTime } from './domain/time.ts'

/** The only reader of the machine's clocks. */
export const systemTime: SystemTime = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
}

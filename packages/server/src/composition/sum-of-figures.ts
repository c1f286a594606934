import { AggregatorRegistry } from 'prom-client'
import type { Figures } from './worker-messages.ts'

export interface SumOfFigures {
  /** What a process told last before it ended: its counters go on counting, because a sum that falls looks like a new start. */
  keep(last: Figures): void
  /** @returns the sum in Prometheus' text format, of these and of all that were kept */
  of(figures: readonly Figures[]): Promise<string>
}

export function createSumOfFigures(): SumOfFigures {
  let kept: Figures[] = []
  return {
    keep(last) {
      kept.push(last.filter(({ type }) => isCounting(type)))
    },
    async of(figures) {
      // One set for all who have gone, however many these are.
      if (kept.length > 1) kept = [await AggregatorRegistry.aggregate(kept).getMetricsAsJSON()]
      return AggregatorRegistry.aggregate([...figures, ...kept]).metrics()
    },
  }
}

function isCounting(type: unknown): boolean {
  return type === 'counter' || type === 'histogram'
}

/** A comparison as a Markdown table. */
import { type Comparison, medianOf, type Round } from './compare.ts'
import type { Sample } from './measure.ts'

interface Column {
  readonly heading: string
  readonly digits: number
  readonly read: (sample: Sample) => number | undefined
}

const COLUMNS: readonly Column[] = [
  { heading: 'CPU µs per request', digits: 0, read: ({ cpuMicrosPerRequest }) => cpuMicrosPerRequest },
  { heading: 'requests per second', digits: 0, read: ({ requestsPerSecond }) => requestsPerSecond },
  { heading: 'p50 ms', digits: 1, read: ({ p50Ms }) => p50Ms },
  { heading: 'p99 ms', digits: 1, read: ({ p99Ms }) => p99Ms },
]

export function renderTable(comparisons: readonly Comparison[]): string {
  const head = [
    ['work', 'server', ...COLUMNS.map(({ heading }) => heading)],
    ['---', '---', ...COLUMNS.map(() => '---:')],
  ]
  return [...head, ...comparisons.flatMap(rowsOf)].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** A ratio is the median of the rounds' ratios, because the two halves of a round have had the same machine. */
function rowsOf({ name, rounds }: Comparison): string[][] {
  const cells = (median: (column: Column) => string) => COLUMNS.map(median)
  return [
    [name, 'Ringkey', ...cells(({ read, digits }) => format(medianOf(rounds.map(({ ringkey }) => read(ringkey))), digits))],
    ['', 'bare Fastify', ...cells(({ read, digits }) => format(medianOf(rounds.map(({ bare }) => read(bare))), digits))],
    ['', '**ratio**', ...cells(({ read }) => `**${format(medianOf(rounds.map((round) => ratioOf(round, read))), 2)}**`)],
  ]
}

function ratioOf({ ringkey, bare }: Round, read: Column['read']): number | undefined {
  const one = read(ringkey)
  const other = read(bare)
  return one === undefined || other === undefined ? undefined : one / other
}

function format(value: number | undefined, digits: number): string {
  return value === undefined ? '–' : value.toFixed(digits)
}

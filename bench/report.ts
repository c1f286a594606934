/** A comparison as a Markdown table. */
import type { Comparison } from './compare.ts'
import type { Sample } from './measure.ts'

interface Column {
  readonly heading: string
  readonly digits: number
  readonly of: (sample: Sample) => number | undefined
}

const COLUMNS: readonly Column[] = [
  { heading: 'CPU µs per request', digits: 0, of: ({ cpuMicrosPerRequest }) => cpuMicrosPerRequest },
  { heading: 'requests per second', digits: 0, of: ({ requestsPerSecond }) => requestsPerSecond },
  { heading: 'p50 ms', digits: 1, of: ({ p50Ms }) => p50Ms },
  { heading: 'p99 ms', digits: 1, of: ({ p99Ms }) => p99Ms },
]

export function renderTable(comparisons: readonly Comparison[]): string {
  const lines = [
    ['work', 'server', ...COLUMNS.map(({ heading }) => heading)],
    ['---', '---', ...COLUMNS.map(() => '---:')],
  ]
  for (const { name, ringkey, bare } of comparisons) {
    lines.push([name, 'Ringkey', ...COLUMNS.map(({ of, digits }) => format(of(ringkey), digits))])
    lines.push(['', 'bare Fastify', ...COLUMNS.map(({ of, digits }) => format(of(bare), digits))])
    lines.push(['', '**ratio**', ...COLUMNS.map(({ of }) => `**${format(ratioOf(of(ringkey), of(bare)), 2)}**`)])
  }
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function ratioOf(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? undefined : one / other
}

function format(value: number | undefined, digits: number): string {
  return value === undefined ? '–' : value.toFixed(digits)
}

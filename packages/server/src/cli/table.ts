import type { JsonValue } from './json.ts'
import { escapeHidden } from './terminal-text.ts'

export interface Table {
  readonly headings: readonly string[]
  readonly rows: readonly (readonly JsonValue[])[]
}

/** A plain aligned table: no colour, no frame, two blanks between columns. */
export function renderTable({ headings, rows }: Table): string {
  const lines = [headings, ...rows.map((row) => row.map(renderCell))]
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => widthOf(line[column] ?? ''))))
  const renderLine = (line: readonly string[]) =>
    line.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell))).join('  ')
  return lines.map((line) => `${renderLine(line).trimEnd()}\n`).join('')
}

function widthOf(text: string): number {
  return [...text].length
}

function renderCell(value: JsonValue): string {
  if (value === null || value === '') return '-'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value)) return value.length === 0 ? '-' : value.map(renderCell).join(',')
  if (typeof value === 'object') return escapeHidden(JSON.stringify(value))
  return escapeHidden(String(value))
}

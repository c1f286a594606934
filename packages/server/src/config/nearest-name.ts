import { VARIABLE_PREFIX } from './environment.ts'

/** @returns the known name that a misspelt one was most likely meant to be; undefined if none is near */
export function nearestName(misspelt: string, known: readonly string[]): string | undefined {
  const asked = bare(misspelt)
  let best: { name: string; distance: number } | undefined
  for (const name of known) {
    const distance = editDistance(asked, bare(name))
    if (distance <= maxEdits(asked) && (best === undefined || distance < best.distance)) best = { name, distance }
  }
  return best?.name ?? known.find((name) => asked.length > 3 && (bare(name).startsWith(asked) || asked.startsWith(bare(name))))
}

/** The prefix is in all names, so it makes none of them nearer. */
function bare(name: string): string {
  const upper = name.toUpperCase()
  return upper.startsWith(VARIABLE_PREFIX) ? upper.slice(VARIABLE_PREFIX.length) : upper
}

function maxEdits(text: string): number {
  return Math.max(1, Math.min(4, Math.floor(text.length * 0.4)))
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one text into the other (optimal string alignment). */
function editDistance(from: string, to: string): number {
  let beforePrevious: number[] = []
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1)
      const removed = (previous[column] ?? 0) + 1
      const added = (current[column - 1] ?? 0) + 1
      const isSwap = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      const swapped = isSwap ? (beforePrevious[column - 2] ?? Number.POSITIVE_INFINITY) + 1 : Number.POSITIVE_INFINITY
      current.push(Math.min(replaced, removed, added, swapped))
    }
    beforePrevious = previous
    previous = current
  }
  return previous[to.length] ?? 0
}

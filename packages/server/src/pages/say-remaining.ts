const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
] as const

/** `3 h 0 min 59 s`: to the second, because it is watched as it runs out. The script of the front page says it in the same way. */
export function sayRemaining(seconds: number): string {
  const first = UNITS.findIndex(([, size]) => seconds >= size)
  const shown = UNITS.slice(first < 0 ? -1 : first)
  return shown
    .map(([unit, size], index) => `${Math.floor((index === 0 ? seconds : seconds % (shown[index - 1]?.[1] ?? 1)) / size)} ${unit}`)
    .join(' ')
}

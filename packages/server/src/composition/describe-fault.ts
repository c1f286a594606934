/** Where a fault came from. Its message may quote what a caller sent, so it stays out of the log. */
export function describeFault(error: unknown): Record<string, string> {
  if (!(error instanceof Error)) return { error: typeof error }
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '))
  return { error: error.name, stack: frames.slice(0, 8).join('\n') }
}

/** Node joins or drops headers that come twice. What decides about a request must come once, and is refused otherwise. */

const AT_MOST_ONCE = new Set(['host', 'authorization', 'apikey', 'content-type', 'content-length'])

export interface HeaderReading {
  /** The one `Host`; undefined if there is none or more than one. */
  readonly host: string | undefined
  /** Whether another header came twice that must not. */
  readonly isAmbiguous: boolean
}

/** @param rawHeaders names and values in turn, as Node has them before it joins any */
export function readStrictHeaders(rawHeaders: readonly string[]): HeaderReading {
  const seen = new Set<string>()
  let host: string | undefined
  let hosts = 0
  let isAmbiguous = false
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase()
    if (!AT_MOST_ONCE.has(name)) continue
    if (name === 'host') {
      host = rawHeaders[index + 1]
      hosts += 1
    } else if (seen.has(name)) isAmbiguous = true
    seen.add(name)
  }
  return { host: hosts === 1 ? host : undefined, isAmbiguous }
}

/** Node joins or drops headers that come twice. What decides about a request must come once, and is refused otherwise. */

const AT_MOST_ONCE = new Set([
  'host',
  'authorization',
  'apikey',
  'content-type',
  'content-length',
  'content-encoding',
  'transfer-encoding',
  // What a proxy says of the request before it came to it: a proxy that adds a second line leaves the caller's own standing.
  'forwarded',
  'x-real-ip',
  // What a browser says of the page that sends a form.
  'origin',
  'sec-fetch-site',
])

/** Of what a proxy says, too. */
const AT_MOST_ONCE_BEGINNINGS = ['x-forwarded-', 'x-original-'] as const

export interface HeaderReading {
  /** The one `Host`; undefined if there is none or more than one. */
  readonly host: string | undefined
  /** Of the headers `Host`. */
  readonly hosts: number
  /** Whether another header came twice that must not, or a body is coded in a way that we would pass over. */
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
    if (!mustComeOnce(name)) continue
    if (name === 'host') {
      host = rawHeaders[index + 1]
      hosts += 1
    } else if (seen.has(name)) isAmbiguous = true
    // The parser reads `chunked` and passes over what stands before it (RFC 9112, section 6.1).
    if (name === 'transfer-encoding' && rawHeaders[index + 1]?.toLowerCase() !== 'chunked') isAmbiguous = true
    seen.add(name)
  }
  return { host: hosts === 1 ? host : undefined, hosts, isAmbiguous }
}

function mustComeOnce(name: string): boolean {
  return AT_MOST_ONCE.has(name) || AT_MOST_ONCE_BEGINNINGS.some((beginning) => name.startsWith(beginning))
}

/** Which proxy a host has, as curl and most programs read it from the environment. */
import { RingkeyError } from './error.ts'

export type Variables = Readonly<Record<string, string | undefined>>

/** @returns undefined for a host that is asked directly, as all are that are asked without TLS: they are on this machine */
export function proxyFor({ protocol, hostname, port }: URL, variables: Variables): URL | undefined {
  const named = variables.https_proxy || variables.HTTPS_PROXY || variables.all_proxy || variables.ALL_PROXY
  if (protocol !== 'https:' || named === undefined || named === '') return undefined
  const exceptions = (variables.no_proxy || variables.NO_PROXY || '').split(/[\s,]+/).filter((entry) => entry !== '')
  if (exceptions.some((entry) => covers(entry.toLowerCase(), hostname, port || '443'))) return undefined
  return readProxy(named)
}

/** `*`, `example.com`, `.example.com`, `*.example.com`, each also with a port. A name covers what is below it. */
function covers(entry: string, hostname: string, port: string): boolean {
  if (entry === '*') return true
  const [, name = '', only] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(entry) ?? []
  if (only !== undefined && only !== port) return false
  return hostname === name || hostname.endsWith(`.${name}`)
}

/** The address is not quoted: it may hold a password. */
function readProxy(named: string): URL {
  const address = named.includes('://') ? named : `http://${named}`
  if (URL.canParse(address) && /^https?:$/.test(new URL(address).protocol)) return new URL(address)
  throw new RingkeyError('configuration', 'HTTPS_PROXY is no address of an HTTP proxy. Write it as http://host:port.', {
    outcome: 'not_done',
  })
}

import { RingkeyError } from './error.ts'

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/

/**
 * An address as this package joins paths to it: without a slash, a query, or what people copy along.
 * @throws RingkeyError; it quotes nothing, as an address may hold a password
 */
export function readBaseUrl(given: string, what: string, droppedPath?: RegExp): string {
  const text = given.trim()
  if (!URL.canParse(text)) throw new RingkeyError('configuration', `${what} is no address. Write it as https://host/path.`)
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') {
    throw new RingkeyError('configuration', `${what} has a user name or password in it. Give them by their names, not in the address.`)
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && LOOPBACK.test(url.hostname))) {
    throw new RingkeyError('configuration', `${what} is not https, and passwords go there. Use https, or a server on this machine.`)
  }
  const path = url.pathname.replace(/\/+$/, '')
  return `${url.origin}${droppedPath === undefined ? path : path.replace(droppedPath, '')}`
}

/**
 * A `fetch` for machines behind a proxy, and for authorities of one's own: Node 20's takes neither. It sends one request over one
 * connection, follows no redirect, and asks for no compression.
 */
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import type { Fetch } from './environment-parts.ts'
import { RingkeyError } from './error.ts'
import { proxyFor, type Variables } from './proxy-variables.ts'

export { proxyFor, type Variables } from './proxy-variables.ts'

export interface FetchOptions {
  /** Which proxy a host has: `HTTPS_PROXY` and `NO_PROXY`, upper or lower case. By default this process's environment. */
  readonly variables?: Variables
  /** Certificates, in PEM, that are trusted instead of those that Node trusts. */
  readonly ca?: string
}

/** As `fetch`; what neither has a proxy nor needs an authority is sent by Node's own. */
export function createFetch({ variables = process.env, ca }: FetchOptions = {}): Fetch {
  return async (input, init) => {
    const request = new Request(input, init)
    const proxy = proxyFor(new URL(request.url), variables)
    if (proxy === undefined && ca === undefined) return fetch(request)
    return send(request, proxy, ca)
  }
}

async function send(request: Request, proxy: URL | undefined, ca: string | undefined): Promise<Response> {
  const url = new URL(request.url)
  const { method, signal } = request
  const body = request.body === null ? undefined : Buffer.from(await request.arrayBuffer())
  const length = body === undefined ? {} : { 'content-length': String(body.length) }
  const options: RequestOptions = { method, headers: { ...Object.fromEntries(request.headers), ...length }, signal }
  const trust = ca === undefined ? {} : { ca }
  const socket = proxy === undefined ? undefined : await openTunnel(proxy, url, signal)
  return new Promise((resolve, reject) => {
    // An agent makes its own connections, whatever `createConnection` says; `false` is one, too.
    const way = socket === undefined ? { agent: false } : { createConnection: () => connectTls({ socket, ...nameOf(url), ...trust }) }
    const ask = url.protocol === 'https:' ? httpsRequest : httpRequest
    const outgoing = ask(url, { ...options, ...trust, ...way }, (incoming) => resolve(toResponse(incoming)))
    outgoing.on('error', reject)
    outgoing.on('close', () => socket?.destroy())
    outgoing.end(body)
  })
}

/** Whom the certificate has to name. An address is not told to the server: RFC 6066, section 3. */
function nameOf({ hostname }: URL): { readonly host: string; readonly servername?: string } {
  const host = hostname.replace(/^\[|\]$/g, '')
  return isIP(host) === 0 ? { host, servername: host } : { host }
}

const WITHOUT_BODY = new Set([204, 205, 304])

function toResponse(incoming: IncomingMessage): Response {
  const { statusCode = 502, statusMessage = '', headers } = incoming
  const pairs = Object.entries(headers).flatMap(([name, value]) => [value ?? []].flat().map((one): [string, string] => [name, one]))
  if (WITHOUT_BODY.has(statusCode)) {
    incoming.resume()
    return new Response(null, { status: statusCode, statusText: statusMessage, headers: pairs })
  }
  return new Response(Readable.toWeb(incoming) as ReadableStream, { status: statusCode, statusText: statusMessage, headers: pairs })
}

/** RFC 9110, section 9.3.6. What the proxy sees is the name of the host. */
function openTunnel(proxy: URL, target: URL, signal: AbortSignal): Promise<Socket> {
  const { username, password } = proxy
  const authorization = Buffer.from(`${unescapeBytes(username)}:${unescapeBytes(password)}`, 'latin1').toString('base64')
  const host = `${target.hostname}:${target.port || 443}`
  const headers = { host, ...(username === '' ? {} : { 'proxy-authorization': `Basic ${authorization}` }) }
  const ask = proxy.protocol === 'https:' ? httpsRequest : httpRequest
  const port = proxy.port || (proxy.protocol === 'https:' ? 443 : 80)
  return new Promise((resolve, reject) => {
    const outgoing = ask({ host: proxy.hostname, port, method: 'CONNECT', path: host, headers, signal, agent: false })
    outgoing.on('connect', ({ statusCode }, socket) => {
      if (statusCode === 200) return resolve(socket)
      socket.destroy()
      reject(refusedBy(statusCode))
    })
    outgoing.on('response', ({ statusCode }) => reject(refusedBy(statusCode)))
    outgoing.on('error', reject)
    outgoing.end()
  })
}

/** A `%` that begins no escape stands for itself. @returns a character for each byte */
function unescapeBytes(text: string): string {
  return text.replace(/%([\da-f]{2})/gi, (_escape, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
}

function refusedBy(status = 0): RingkeyError {
  const sentence = `The proxy answered ${status}. Look at HTTPS_PROXY, its name and password, and NO_PROXY.`
  return new RingkeyError(status === 407 || status === 403 ? 'configuration' : 'network', sentence, { status, outcome: 'not_done' })
}

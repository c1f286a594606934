/** One request on a connection of its own. Headers go out as they are given, twice if they stand there twice. */
import { request as plainRequest, type RequestOptions } from 'node:http'
import { request as tlsRequest } from 'node:https'

export interface Asked {
  readonly port: number
  readonly host: string
  /** undefined: in clear */
  readonly ca: string | undefined
  readonly method?: string
  readonly path: string
  /** Names and values in turn. */
  readonly headers?: readonly string[]
  readonly body?: string
  /** Another of this machine's own addresses: 127.1.0.1. */
  readonly from?: string
}

export interface Answer {
  readonly status: number
  readonly text: string
  /** Every value of a header, as often as it came. */
  all(name: string): readonly string[]
}

export function ask({ port, host, ca, method = 'GET', path, headers = [], body, from }: Asked): Promise<Answer> {
  const length = body === undefined ? [] : ['Content-Length', String(Buffer.byteLength(body))]
  const options: RequestOptions = {
    host: '127.0.0.1',
    port,
    method,
    path,
    // Node takes an array as it is; its types know it as a list of values.
    headers: ['Host', host, 'Connection', 'close', ...length, ...headers] as unknown as Record<string, string>,
    ...(from === undefined ? {} : { localAddress: from }),
  }
  return new Promise((resolve, reject) => {
    const asked = ca === undefined ? plainRequest(options) : tlsRequest({ ...options, ca, servername: host })
    asked.on('error', reject).on('response', (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.on('error', reject).on('end', () => {
        const { rawHeaders } = response
        const all = (name: string) => rawHeaders.filter((_value, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name)
        resolve({ status: response.statusCode ?? 0, text, all })
      })
    })
    asked.end(body)
  })
}

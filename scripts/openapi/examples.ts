/** The golden exchanges of an operation, as its examples. */
import { curlCommand } from '../../packages/server/src/front-doors/curl-command.ts'
import type { MediaType } from '../../packages/server/src/front-doors/guide/openapi-document.ts'
import type { Operation } from '../../packages/server/src/front-doors/operation.ts'
import type { ExampleExchange } from './example-exchanges.ts'

type Examples = Record<string, NonNullable<MediaType['examples']>>

/** Of one status or one kind of body. More would hide the rest. */
const MAX_EXAMPLES = 4

/** `/keys/:file` as OpenAPI writes it. */
export function pathTemplate(path: string): string {
  return path.replace(/:(\w+)/g, '{$1}')
}

/** @param template of OpenAPI, or of the router */
export function matchesPath(template: string, path: string): boolean {
  const pattern = template
    .split(/:\w+|\{\w+\}/)
    .map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('[^/]+')
  return new RegExp(`^${pattern}$`).test(path)
}

/** Those of its own path before those of its aliases, and of a route of any method those with GET before others. */
export function exchangesOf({ method, path, aliases = [] }: Operation, exchanges: readonly ExampleExchange[]): readonly ExampleExchange[] {
  return [path, ...aliases]
    .flatMap((template) => exchanges.filter((exchange) => matchesPath(template, exchange.path)))
    .filter((exchange) => method === 'ANY' || exchange.method === method)
    .sort((one, other) => (method === 'ANY' ? Number(other.method === 'GET') - Number(one.method === 'GET') : 0))
}

/** The different bodies, by media type. Those of pages are for browsers, and are no examples. */
export function examplesOf(exchanges: readonly ExampleExchange[], side: 'request' | 'answer'): Readonly<Examples> {
  const examples: Examples = {}
  for (const exchange of exchanges) {
    const [mediaType, body] =
      side === 'answer'
        ? [exchange.mediaType, exchange.answerBody]
        : [headerOf(exchange, 'content-type')?.split(';')[0], exchange.requestBody]
    const value = body === '' || mediaType === undefined ? undefined : readValue(mediaType, body)
    if (mediaType === undefined || value === undefined) continue
    const found = Object.values(examples[mediaType] ?? {})
    if (found.length >= MAX_EXAMPLES || found.some((other) => JSON.stringify(other.value) === JSON.stringify(value))) continue
    examples[mediaType] = { ...examples[mediaType], [exchange.name]: { summary: summaryOf(exchange), value } }
  }
  return examples
}

function readValue(mediaType: string, body: string): unknown {
  switch (mediaType) {
    case 'application/json':
      return JSON.parse(body)
    case 'application/x-www-form-urlencoded':
      return Object.fromEntries(new URLSearchParams(body))
    case 'text/html':
    case 'text/css':
      return undefined
    default:
      return body
  }
}

function summaryOf({ name }: ExampleExchange): string {
  const words = name.replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function headerOf({ requestHeaders }: ExampleExchange, name: string): string | undefined {
  for (const [header, value] of requestHeaders) if (header.toLowerCase() === name) return value
  return undefined
}

/** The first that goes well, as a command for a shell. */
export function curlOf(exchanges: readonly ExampleExchange[]): string | undefined {
  const exchange = exchanges.find(({ status }) => status < 300) ?? exchanges.find(({ status }) => status < 400)
  if (exchange === undefined) return undefined
  const { method, path, query, requestHeaders, requestBody } = exchange
  const isAtRoot = /^\/(?:livez|readyz)$/.test(path)
  const headers = [...requestHeaders].map(([name, value]) => `${name}: ${value}`)
  if (headers.some((header) => /["$`\\]/.test(header))) throw new Error(`${exchange.name} has a header that a shell reads`)
  return curlCommand({
    method: method === 'POST' ? 'POST' : 'GET',
    url: `${isAtRoot ? '{{origin}}' : '{{issuer}}'}${path}${query === '' ? '' : `?${query}`}`,
    headers,
    ...(requestBody === '' ? {} : { data: requestBody }),
  })
}

/** Golden exchanges as examples: taken apart, with plausible values for their placeholders. */
import { join } from 'node:path'
import { type Exchange, readExchanges } from '../../vectors/exchange.ts'
import { createExampleValues, type ExampleValues } from './example-values.ts'

export interface ExampleExchange {
  /** `sign-in` of `01-sign-in.http`. */
  readonly name: string
  readonly method: string
  /** In the tenant; of what is at the root, in the server. */
  readonly path: string
  /** Without the question mark. */
  readonly query: string
  /** By name as written; without those that any client makes by itself. */
  readonly requestHeaders: ReadonlyMap<string, string>
  readonly requestBody: string
  readonly status: number
  readonly mediaType: string | undefined
  readonly answerBody: string
}

const MADE_BY_CLIENTS = new Set(['host', 'content-length', 'connection'])

/** @param folder of golden exchanges @param name of the folder */
export async function readExamples(folder: string, name: string): Promise<readonly ExampleExchange[]> {
  const values = createExampleValues()
  const exchanges = await readExchanges(join(folder, name))
  return exchanges.flatMap((exchange) => exampleOf(exchange, `${name}/${exchange.name}`, values) ?? [])
}

/** @returns undefined for an exchange that is about something else than a tenant's own paths */
function exampleOf({ name, request, answer }: Exchange, file: string, values: ExampleValues): ExampleExchange | undefined {
  const [requestLine = '', ...headerLines] = request.head.split('\r\n')
  const [, method = '', target = ''] = /^(\S+) (\S+) /.exec(requestLine) ?? []
  const isAtRoot = /^\/(?:livez|readyz)\b/.test(target)
  if (!isAtRoot && !target.startsWith('{{base_path}}/')) return undefined
  const [path = '', query = ''] = values.fill(file, target.replace('{{base_path}}', '')).split('?')
  const headers = headerLines.map((line): [string, string] => {
    const [, header = '', value = ''] = /^([^:]+): ?(.*)$/.exec(line) ?? []
    return [header, value]
  })
  const sent = headers.filter(([header]) => !MADE_BY_CLIENTS.has(header.toLowerCase()))
  const requestHeaders = new Map(sent.map(([header, value]) => [header, values.fill(file, value)]))
  const requestBody = values.fill(file, request.body)
  for (const { value } of answer.headers) values.fill(file, value) // what they capture, the next file has
  return {
    name: name.replace(/^[0-9a-z]+-|\.http$/g, ''),
    method,
    path,
    query,
    requestHeaders,
    requestBody,
    status: Number(answer.statusLine.split(' ')[1]),
    mediaType: answer.headers.find((header) => header.name.toLowerCase() === 'content-type')?.value.split(';')[0],
    answerBody: values.fill(file, answer.body),
  }
}

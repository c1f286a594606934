/** Requests that a parser takes, with values that nobody expects: over the fields that a route has in its golden exchanges. */
import fc from 'fast-check'

export interface Field {
  readonly place: 'json' | 'form' | 'query' | 'header'
  readonly name: string
  /** Good values, from golden requests. */
  readonly values: readonly string[]
}

export interface RouteCase {
  readonly method: string
  /** With the tenant's prefix. */
  readonly path: string
  readonly fields: readonly Field[]
}

const OWN_HEADERS = new Set(['host', 'content-length', 'connection', 'transfer-encoding', 'expect'])

/** The fields of golden requests of one route. */
export function fieldsOf(requests: readonly string[]): readonly Field[] {
  const found = new Map<string, { place: Field['place']; name: string; values: Set<string> }>()
  const note = (place: Field['place'], name: string, value: string) => {
    const field = found.get(`${place} ${name}`) ?? { place, name, values: new Set<string>() }
    field.values.add(value)
    found.set(`${place} ${name}`, field)
  }
  for (const request of requests) {
    const [head = '', body = ''] = split(request)
    const [line = '', ...headers] = head.split('\r\n')
    for (const [name, value] of new URLSearchParams(line.split(' ')[1]?.split('?')[1] ?? '')) note('query', name, value)
    for (const header of headers) {
      const [, name = '', value = ''] = /^([^:]+): ?(.*)$/.exec(header) ?? []
      if (name !== '' && !OWN_HEADERS.has(name.toLowerCase())) note('header', name.toLowerCase(), value)
    }
    const type = /content-type: ?([^\r;]+)/i.exec(head)?.[1] ?? ''
    if (type.includes('json')) for (const [name, value] of membersOf(body)) note('json', name, value)
    else if (type.includes('urlencoded')) for (const [name, value] of new URLSearchParams(body)) note('form', name, value)
  }
  return [...found.values()].map(({ values, ...field }) => ({ ...field, values: [...values] }))
}

function split(request: string): [string, string] {
  const end = request.indexOf('\r\n\r\n')
  return [request.slice(0, end), request.slice(end + 4)]
}

function membersOf(body: string): [string, string][] {
  try {
    const parsed: unknown = JSON.parse(body)
    return typeof parsed === 'object' && parsed !== null ? Object.entries(parsed).map(([name, value]) => [name, String(value)]) : []
  } catch {
    return [] // golden exchanges hold unreadable bodies too
  }
}

const strangeText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 300 }),
  fc.constantFrom('', ' ', '\0', '\u202e', '../../etc/passwd', "' or 1=1--", '<script>', '%00', 'null', '__proto__', 'x'.repeat(10_000)),
)
const strangeJson = fc.oneof(fc.jsonValue({ maxDepth: 3 }), strangeText)

/** What a case has for each field of its route: undefined is left out. */
type Filling = readonly (unknown | undefined)[]

export function fillings(fields: readonly Field[]): fc.Arbitrary<Filling> {
  return fc.tuple(
    ...fields.map(({ place, values }) => {
      const good = values.length === 0 ? fc.constant('') : fc.constantFrom(...values)
      const strange = place === 'json' ? strangeJson : strangeText
      return fc.oneof(
        { weight: 5, arbitrary: good as fc.Arbitrary<unknown> },
        { weight: 3, arbitrary: strange as fc.Arbitrary<unknown> },
        { weight: 1, arbitrary: fc.constant(undefined) },
      )
    }),
  )
}

/** The bytes of a request that HTTP itself finds no fault with. */
export function compose({ method, path, fields }: RouteCase, filling: Filling): Buffer {
  const at = (place: Field['place']) =>
    fields.flatMap((field, index) => (field.place === place && filling[index] !== undefined ? [[field.name, filling[index]] as const] : []))
  const query = at('query').map(([name, value]) => `${encode(name)}=${encode(value)}`)
  const json = at('json')
  const form = at('form')
  const body =
    json.length > 0 ? JSON.stringify(Object.fromEntries(json)) : form.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&')
  const headers = at('header').map(([name, value]) => `${name}: ${String(value).replace(/[^\x20-\x7e]/g, '?')}`)
  const target = query.length === 0 ? path : `${path}?${query.join('&')}`
  const head = [
    `${method} ${target} HTTP/1.1`,
    'Host: localhost',
    ...headers,
    ...(body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
  ]
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`)
}

/** Half of a surrogate pair cannot be sent; it goes as the replacement character. */
function encode(value: unknown): string {
  return encodeURIComponent(Buffer.from(String(value)).toString())
}

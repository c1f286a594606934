/** What every answer must be, whatever the request was. */
import type { RawAnswer } from '../../vectors/raw-socket.ts'

export interface Expectations {
  /** Shapes of error bodies that a path may answer with, as `shapeOf` writes them; or what the document has against an answer. */
  readonly errorShapes: ReadonlySet<string> | ((answer: RawAnswer) => readonly string[])
  /** What must be in no answer unless it was in the request. */
  readonly secrets: readonly string[]
  /** Whether good answers of the path may be kept: they are published. */
  readonly isPublished: boolean
}

/** @returns what is wrong with an answer, one line each */
export function judge(answer: RawAnswer, request: Buffer, { errorShapes, secrets, isPublished }: Expectations): string[] {
  const { status, headers, body, head } = answer
  const problems: string[] = []
  if (status < 200 || status >= 500) problems.push(`status ${status}`)
  if (typeof errorShapes === 'function') problems.push(...errorShapes(answer))
  else if (status >= 400) {
    const shape = shapeOf(answer)
    if (!errorShapes.has(shape)) problems.push(`an error of the shape ${shape}`)
  }
  if (!(isPublished && status < 400) && !headers.get('cache-control')?.split(/, */).includes('no-store')) problems.push('no no-store')
  if (!/^[0-9a-f]{24}$/.test(headers.get('x-request-id') ?? '')) problems.push('no request id')
  if (headers.get('x-content-type-options') !== 'nosniff') problems.push('no nosniff')
  if (/\n\s+at |node:|node_modules|\.ts:\d|SQLITE|\/packages\//.test(body)) problems.push('a stack or a path')
  for (const secret of secrets) {
    const isTold = body.includes(secret) || head.includes(secret)
    if (isTold && !request.includes(secret)) problems.push('a secret')
  }
  return problems
}

/** Media type, and of JSON the members with their types: what a client's error handling can rest on. */
export function shapeOf({ headers, body }: Pick<RawAnswer, 'headers' | 'body'>): string {
  const type = headers.get('content-type') ?? 'none'
  if (body === '') return 'empty'
  if (!type.startsWith('application/json')) return type
  try {
    return `${type} ${describe(JSON.parse(body))}`
  } catch {
    return `${type} that is none`
  }
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return `[${[...new Set(value.map(describe))].sort().join('|')}]`
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value
  const members = Object.entries(value).map(([name, member]) => `${name}:${name === 'errors' ? 'by field' : describe(member)}`)
  return `{${members.sort().join(',')}}`
}

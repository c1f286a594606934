/** How a claim is spelled: `integer` is a NumericDate or a count, `texts` one string or a list of at least two. */
interface ClaimTypes {
  readonly text: string
  readonly integer: number
  readonly texts: string | readonly string[]
}

/** The claims of one kind of token: names and types, in the order in which they are written. Every one is required. */
export type ClaimShape = Readonly<Record<string, keyof ClaimTypes>>

export type ClaimsOf<Shape extends ClaimShape> = { readonly [Name in keyof Shape]: ClaimTypes[Shape[Name]] }

/** The payload in its one spelling. */
export function writeClaims<Shape extends ClaimShape>(shape: Shape, claims: ClaimsOf<Shape>): string {
  return JSON.stringify(Object.fromEntries(Object.keys(shape).map((name) => [name, claims[name]])))
}

/**
 * Reads a payload that we have made, strictly: since its claims have one spelling, what does not give the same bytes when written
 * again is refused. With that fall unknown members, members that occur twice (RFC 7519, section 4), another order, blanks, other
 * spellings of numbers, and bytes that are no UTF-8.
 * @returns undefined for any other payload
 */
export function readClaims<Shape extends ClaimShape>(shape: Shape, payload: Buffer): ClaimsOf<Shape> | undefined {
  const parsed = parseObject(payload)
  if (parsed === undefined) return undefined
  for (const [name, type] of Object.entries(shape)) {
    if (!Object.hasOwn(parsed, name) || !hasType(parsed[name], type)) return undefined
  }
  const claims = parsed as ClaimsOf<Shape> // every member of the shape is there and has its type
  return Buffer.from(writeClaims(shape, claims), 'utf8').equals(payload) ? claims : undefined
}

function parseObject(payload: Buffer): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(payload.toString('utf8'))
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? (parsed as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function hasType(value: unknown, type: keyof ClaimTypes): boolean {
  switch (type) {
    case 'text':
      return typeof value === 'string'
    case 'integer':
      return Number.isSafeInteger(value) && Number(value) >= 0
    case 'texts':
      return typeof value === 'string' || (Array.isArray(value) && value.length > 1 && value.every((item) => typeof item === 'string'))
  }
}

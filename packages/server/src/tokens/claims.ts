/** Roles as Keycloak states them. */
export interface RoleList {
  readonly roles: readonly string[]
}

/**
 * How a claim is spelled: `integer` is a NumericDate or a count, `texts` one string or a list of at least two; one with a question
 * mark may be left out.
 */
interface ClaimTypes {
  readonly text: string
  readonly integer: number
  readonly texts: string | readonly string[]
  readonly roles: RoleList
  readonly 'roles by name': Readonly<Record<string, RoleList>>
  readonly 'text?': string | undefined
  readonly 'integer?': number | undefined
  readonly 'flag?': boolean | undefined
  /** RFC 8693, section 4.1. */
  readonly 'actor?': { readonly sub: string } | undefined
}

/** The claims of one kind of token: names and types, in the order in which they are written. */
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
    if (!hasType(Object.hasOwn(parsed, name) ? parsed[name] : undefined, type)) return undefined
  }
  const claims = parsed as ClaimsOf<Shape> // every member of the shape has its type
  return Buffer.from(writeClaims(shape, claims), 'utf8').equals(payload) ? claims : undefined
}

function parseObject(payload: Buffer): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(payload.toString('utf8'))
    return isObject(parsed) ? parsed : undefined
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
      return typeof value === 'string' || (isTexts(value) && value.length > 1)
    case 'roles':
      return isRoleList(value)
    case 'roles by name':
      return isObject(value) && Object.values(value).every(isRoleList)
    case 'text?':
      return value === undefined || typeof value === 'string'
    case 'integer?':
      return value === undefined || hasType(value, 'integer')
    case 'flag?':
      return value === undefined || typeof value === 'boolean'
    case 'actor?':
      return value === undefined || (isObject(value) && hasOnly(value, 'sub', (sub) => typeof sub === 'string'))
  }
}

function isRoleList(value: unknown): value is RoleList {
  return isObject(value) && hasOnly(value, 'roles', isTexts)
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function hasOnly(object: Record<string, unknown>, name: string, isOfType: (value: unknown) => boolean): boolean {
  const [member, ...others] = Object.entries(object)
  return others.length === 0 && member?.[0] === name && isOfType(member[1])
}

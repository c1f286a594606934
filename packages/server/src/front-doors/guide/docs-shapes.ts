/** The schemas of an OpenAPI document as its page shows them: lists of members. */
import type { DocsBody, DocsMember } from '../../pages/docs.ts'
import type { ContentObject, JsonSchema, OpenApiDocument } from './openapi-document.ts'

type Document = Pick<OpenApiDocument, 'components'>

/** A body for each shape that it may have. What JSON and a form have alike is said once. */
export function bodiesOf(content: ContentObject, document: Document): DocsBody[] {
  const bodies = new Map<string, DocsBody>()
  for (const [mediaType, { schema }] of Object.entries(content)) {
    for (const variant of variantsOf(schema, document)) {
      const key = JSON.stringify(variant)
      const { mediaTypes = [] } = bodies.get(key) ?? {}
      bodies.set(key, { ...bodyOf(variant, document), mediaTypes: [...mediaTypes, mediaType] })
    }
  }
  return [...bodies.values()]
}

function bodyOf(schema: JsonSchema, document: Document): Omit<DocsBody, 'mediaTypes'> {
  const { title, additionalProperties, ...resolved } = resolve(schema, document)
  return {
    name: typeof title === 'string' ? title : undefined,
    anchor: typeof schema.$ref === 'string' ? anchorOf(schema.$ref.replace('#/components/schemas/', 'shape-')) : undefined,
    description: textOf(resolved),
    members: membersOf(resolved, document),
    isOpen: additionalProperties === true,
  }
}

export function anchorOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
}

/** A union of shapes is told one by one. */
function variantsOf(schema: JsonSchema, document: Document): readonly JsonSchema[] {
  const { anyOf } = resolve(schema, document)
  return Array.isArray(anyOf) ? (anyOf as JsonSchema[]).flatMap((one) => variantsOf(one, document)) : [schema]
}

function resolve(schema: JsonSchema, { components }: Document): JsonSchema {
  if (typeof schema.$ref !== 'string') return schema
  const found = components.schemas[schema.$ref.replace('#/components/schemas/', '')]
  if (found === undefined) throw new Error(`there is no ${schema.$ref}`)
  return found
}

function textOf({ description }: JsonSchema): string {
  return typeof description === 'string' ? description : ''
}

/** The members of an object, those of objects inside it behind their names: `act.sub`, `keys[].kid`. */
function membersOf({ properties, required }: JsonSchema, document: Document, before = ''): DocsMember[] {
  const names = new Set(Array.isArray(required) ? (required as string[]) : [])
  return Object.entries((properties ?? {}) as Readonly<Record<string, JsonSchema>>).flatMap(([name, property]) => {
    const member = resolve(property, document)
    const own = { name: before + name, type: typeOf(member, document), isRequired: names.has(name), description: textOf(member) }
    if (member.type !== 'array') return [own, ...membersOf(member, document, `${before}${name}.`)]
    return [own, ...membersOf(resolve(itemsOf(member), document), document, `${before}${name}[].`)]
  })
}

function itemsOf({ items }: JsonSchema): JsonSchema {
  return (items ?? {}) as JsonSchema
}

/** In a word or a few. */
export function typeOf(schema: JsonSchema, document: Document): string {
  const resolved = resolve(schema, document)
  const { type, anyOf, const: only, enum: values } = resolved
  if (only !== undefined) return JSON.stringify(only)
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value)).join(' or ')
  if (Array.isArray(anyOf)) return (anyOf as JsonSchema[]).map((one) => typeOf(one, document)).join(' or ')
  if (type === 'array') return `list of ${typeOf(itemsOf(resolved), document)}`
  return type === 'string' ? 'text' : typeof type === 'string' ? type : 'anything'
}

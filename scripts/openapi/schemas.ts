/** Schemas of TypeBox as OpenAPI has them: one with a title is kept once, among the components. */
import type { Content } from '../../packages/server/src/front-doors/operation.ts'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json }
export type JsonObject = { readonly [member: string]: Json }

export interface SchemaRegister {
  /** The schema, or a reference to it. */
  refer(schema: Content[string]): Json
  readonly components: Readonly<Record<string, Json>>
}

function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** @param prefix of the names, so that doors do not collide */
export function createSchemaRegister(prefix: string): SchemaRegister {
  const components: Record<string, Json> = {}

  function walk(schema: Json): Json {
    if (Array.isArray(schema)) return schema.map(walk)
    if (!isJsonObject(schema)) return schema
    const made = Object.fromEntries(Object.entries(schema).map(([name, member]) => [name, walk(member)]))
    if (typeof schema.title !== 'string') return made
    const name = `${prefix}.${schema.title}`
    if (components[name] !== undefined && JSON.stringify(components[name]) !== JSON.stringify(made))
      throw new Error(`two schemas have the name ${name}`)
    components[name] = made
    return { $ref: `#/components/schemas/${name}` }
  }

  // Through text: what the library keeps beside a schema for itself is no part of it.
  return { components, refer: (schema) => walk(JSON.parse(JSON.stringify(schema)) as Json) }
}

/** Requests made from an OpenAPI document: its parameters, bodies and credentials, with values that fit and values that do not. */
import fc from 'fast-check'
import type { JsonSchema, OpenApiDocument, OperationObject } from '../../packages/server/src/front-doors/guide/openapi-document.ts'
import { compose, type Field, fieldsOf, fillings } from './well-formed.ts'

export interface DocumentedRoute {
  readonly method: 'GET' | 'POST'
  /** Its own path and its aliases. */
  readonly templates: readonly string[]
  readonly operation: OperationObject
  /** Whether its good answers may be kept. */
  readonly isPublished: boolean
  readonly isAtRoot: boolean
  /** A set for each media type of its body. */
  readonly bodies: readonly (readonly Field[])[]
}

/** @param door whose operations they are */
export function documentedRoutes(document: OpenApiDocument, door: string): readonly DocumentedRoute[] {
  return Object.entries(document.paths).flatMap(([path, { servers, get, post }]) =>
    (
      [
        ['GET', get],
        ['POST', post],
      ] as const
    ).flatMap(([method, operation]) => {
      if (operation === undefined || !operation.operationId.startsWith(`${door}-`)) return []
      const good = Object.values(operation.responses).find(
        (response) => 'headers' in response && 'Cache-Control' in (response.headers ?? {}),
      )
      const contents = Object.entries(operation.requestBody?.content ?? {})
      return {
        method,
        templates: [path, ...(operation['x-aliases'] ?? [])],
        operation,
        isPublished: good !== undefined,
        isAtRoot: servers !== undefined,
        bodies:
          contents.length === 0
            ? [[]]
            : contents.map(([mediaType, { schema, examples }]) =>
                fieldsIn(
                  mediaType,
                  schema,
                  Object.values(examples ?? {}).map(({ value }) => value),
                  document,
                ),
              ),
      }
    }),
  )
}

function fieldsIn(mediaType: string, schema: JsonSchema, examples: readonly unknown[], document: OpenApiDocument): Field[] {
  const place = mediaType === 'application/json' ? 'json' : 'form'
  const names = new Set(memberNames(schema, document))
  const members = [...names].map(
    (name): Field => ({
      place,
      name,
      values: [...literalsOf(schema, name, document), ...examples.flatMap((example) => valueIn(example, name))],
    }),
  )
  return [
    ...members,
    { place, name: 'unheard_of', values: ['x'] },
    { place: 'header', name: 'content-type', values: [mediaType, `${mediaType}; charset=utf-8`] },
  ]
}

function valueIn(example: unknown, name: string): string[] {
  const value = typeof example === 'object' && example !== null ? Reflect.get(example, name) : undefined
  return typeof value === 'string' ? [value] : []
}

function variantsOf(schema: JsonSchema, document: OpenApiDocument): JsonSchema[] {
  const resolved =
    typeof schema.$ref === 'string' ? (document.components.schemas[schema.$ref.replace('#/components/schemas/', '')] ?? {}) : schema
  return Array.isArray(resolved.anyOf) ? (resolved.anyOf as JsonSchema[]).flatMap((one) => variantsOf(one, document)) : [resolved]
}

function memberNames(schema: JsonSchema, document: OpenApiDocument): string[] {
  return variantsOf(schema, document).flatMap(({ properties }) => Object.keys(properties ?? {}))
}

/** `"authorization_code"` of a member that has no other value. */
function literalsOf(schema: JsonSchema, name: string, document: OpenApiDocument): string[] {
  return variantsOf(schema, document).flatMap(({ properties }) => {
    const member = (properties as Readonly<Record<string, JsonSchema>> | undefined)?.[name]
    return typeof member?.const === 'string' ? [member.const] : []
  })
}

/** Credentials that a route is asked for or not: real ones come from golden requests. */
const CREDENTIALS: readonly Field[] = [
  { place: 'header', name: 'authorization', values: [] },
  { place: 'header', name: 'apikey', values: [] },
]

/**
 * @param golden requests of the tenant, whose values are real
 * @param base of the paths of the tenant
 * @returns the target as the document has it, and the bytes
 */
export function requestsFrom(
  { method, templates, operation, isAtRoot, bodies }: DocumentedRoute,
  golden: readonly string[],
  base: string,
): fc.Arbitrary<{ readonly target: string; readonly bytes: Buffer }> {
  const real = new Map(fieldsOf(golden).map(({ place, name, values }) => [`${place} ${name}`, values]))
  const paths = golden.map((request) => (request.split(' ')[1] ?? '').replace(base, '').split('?')[0] ?? '')
  const queries = (operation.parameters ?? []).flatMap((parameter): Field[] =>
    parameter.in === 'path'
      ? []
      : [{ place: parameter.in, name: parameter.name, values: typeof parameter.example === 'string' ? [parameter.example] : [] }],
  )
  const body = fc.constantFrom(...bodies)
  const target = fc.constantFrom(...templates).chain((template) => pathsOf(template, operation, paths))
  return fc.tuple(target, body).chain(([path, own]) => {
    const fields = [...CREDENTIALS, ...queries, ...own].map((field) => ({
      ...field,
      values: [...field.values, ...(real.get(`${field.place} ${field.name}`) ?? [])],
    }))
    return fillings(fields).map((filling) => ({
      target: path,
      bytes: compose({ method, path: (isAtRoot ? '' : base) + path, fields }, filling),
    }))
  })
}

/** A parameter of a path has a value that the document names, or one of a golden request, or any. */
function pathsOf(template: string, { parameters = [] }: OperationObject, golden: readonly string[]): fc.Arbitrary<string> {
  const [name] = [...template.matchAll(/\{(\w+)\}/g)].map(([, each = '']) => each)
  if (name === undefined) return fc.constant(template)
  const named = parameters.find((parameter) => parameter.name === name)?.schema.enum
  const pattern = new RegExp(`^${template.replace(/\{\w+\}/, '([^/]+)').replaceAll('.', '\\.')}$`)
  const seen = golden.flatMap((path) => pattern.exec(path)?.[1] ?? [])
  const good = [...(Array.isArray(named) ? (named as string[]) : []), ...seen]
  const strange = fc
    .string({ minLength: 1, maxLength: 40 })
    .map((text) => encodeURIComponent(Buffer.from(text).toString()).replace(/^\.+$/, '%2e'))
  return fc
    .oneof({ weight: 4, arbitrary: fc.constantFrom(...(good.length === 0 ? ['x'] : good)) }, { weight: 1, arbitrary: strange })
    .map((value) => template.replace(/\{\w+\}/, () => value))
}

/** The parts of an OpenAPI document that are used here (https://spec.openapis.org/oas/v3.1.1), and how a tenant's is put together. */
import type { DoorName } from '../../domain/tenant.ts'

/** JSON Schema 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** What one door says of itself. It is made when the program is built (`scripts/make-openapi.ts`). */
export interface Fragment {
  readonly tag: Tag
  readonly paths: Readonly<Record<string, PathItem>>
  readonly components: Components
}

export type Fragments = Readonly<Record<DoorName, Fragment>>

export interface Tag {
  readonly name: string
  readonly description: string
  readonly externalDocs: { readonly description: string; readonly url: string }
}

export interface Components {
  readonly schemas: Readonly<Record<string, JsonSchema>>
  readonly responses: Readonly<Record<string, ResponseObject>>
  readonly securitySchemes: Readonly<Record<string, JsonSchema>>
}

export interface PathItem {
  readonly servers?: readonly Server[]
  readonly get?: OperationObject
  readonly post?: OperationObject
}

export interface Server {
  readonly url: string
  readonly description?: string
}

export interface OperationObject {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly summary: string
  readonly description?: string
  readonly parameters?: readonly ParameterObject[]
  readonly requestBody?: { readonly required: boolean; readonly content: ContentObject }
  readonly security: readonly Readonly<Record<string, readonly string[]>>[]
  readonly responses: Readonly<Record<string, ResponseObject | Reference>>
  /** Of any method; OpenAPI has no word for that. */
  readonly 'x-any-method'?: true
  /** Other paths that answer the same. */
  readonly 'x-aliases'?: readonly string[]
  /** As several readers of OpenAPI show it. */
  readonly 'x-codeSamples'?: readonly { readonly lang: string; readonly label: string; readonly source: string }[]
}

export interface Reference {
  readonly $ref: string
}

export interface ParameterObject {
  readonly name: string
  readonly in: 'query' | 'header' | 'path'
  readonly description: string
  readonly required: boolean
  readonly schema: JsonSchema
  readonly example?: unknown
}

export type ContentObject = Readonly<Record<string, MediaType>>

export interface MediaType {
  readonly schema: JsonSchema
  readonly examples?: Readonly<Record<string, { readonly summary: string; readonly value: unknown }>>
}

export interface ResponseObject {
  readonly description: string
  readonly headers?: Readonly<Record<string, { readonly description: string; readonly schema: JsonSchema }>>
  readonly content?: ContentObject
  /** There may be no body although there is `content`. */
  readonly 'x-sometimes-empty'?: true
}

export interface OpenApiDocument {
  readonly openapi: '3.1.1'
  readonly info: { readonly title: string; readonly version: string; readonly description: string; readonly license: unknown }
  readonly servers: readonly Server[]
  readonly tags: readonly Tag[]
  readonly paths: Readonly<Record<string, PathItem>>
  readonly components: Components
}

export interface DocumentedTenant {
  readonly name: string
  /** Without a trailing slash. */
  readonly issuer: string
  readonly doors: readonly DoorName[]
}

const LICENSE = { name: 'Apache-2.0', identifier: 'Apache-2.0' }

const DESCRIPTION =
  'What this server answers at this address, by the protocols that it speaks. Examples are real exchanges with made-up values.\n\nEvery answer bears `X-Request-Id`; tell it to who runs the server if you ask about an answer. A body is at most 64 KiB, the head of a request at most 16 KiB. What is no HTTP is answered 400, and a request that takes too long to arrive 408. `HEAD` is answered as `GET` without the body, and 405 where `GET` takes a code that is good once; `OPTIONS` is answered where pages of other origins may call, and at `/verify`, which asks about any method; else 405.'

/**
 * The document of a tenant: what its doors say of themselves, in their order.
 * @param version of the program
 */
export function assembleDocument(fragments: Fragments, tenant: DocumentedTenant, version: string): OpenApiDocument {
  const parts = tenant.doors.flatMap((door) => fragments[door] ?? [])
  const document: OpenApiDocument = {
    openapi: '3.1.1',
    info: { title: `Ringkey, tenant ${tenant.name}`, version, description: DESCRIPTION, license: LICENSE },
    servers: [{ url: '{{issuer}}' }],
    tags: parts.map(({ tag }) => tag),
    paths: Object.assign({}, ...parts.map(({ paths }) => paths)),
    components: {
      schemas: Object.assign({}, ...parts.map(({ components }) => components.schemas)),
      responses: Object.assign({}, ...parts.map(({ components }) => components.responses)),
      securitySchemes: Object.assign({}, ...parts.map(({ components }) => components.securitySchemes)),
    },
  }
  return fillIn(document, tenant)
}

/** What only the tenant knows stands in the fragments as `{{issuer}}`, `{{issuer_form}}`, `{{origin}}` and `{{tenant}}`. */
function fillIn(document: OpenApiDocument, { name, issuer }: DocumentedTenant): OpenApiDocument {
  const values: Readonly<Record<string, string>> = {
    tenant: name,
    issuer,
    issuer_form: encodeURIComponent(issuer),
    origin: new URL(issuer).origin,
  }
  const filled = JSON.stringify(document).replace(/\{\{(\w+)\}\}/g, (whole, key: string) => {
    const value = values[key]
    return value === undefined ? whole : JSON.stringify(value).slice(1, -1)
  })
  return JSON.parse(filled) as OpenApiDocument // it has the shape that it had
}

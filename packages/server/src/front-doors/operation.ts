/** What a door answers, said for people and programs: OpenAPI is made from it (https://spec.openapis.org/oas/v3.1.1). */
import type { TSchema } from 'typebox'

/** A route of a door. The schemas are those that the route itself validates and answers with, wherever it has any. */
export interface Operation {
  /** Unique in all doors: the door's name, a dash, a verb. */
  readonly id: string
  readonly method: 'GET' | 'POST'
  /** As the router has it: `/realms/:realm/certs`. */
  readonly path: string
  /** One line. */
  readonly summary: string
  /** Sentences, in Markdown. */
  readonly description?: string
  readonly parameters?: readonly Parameter[]
  readonly body?: RequestBody
  /** How a caller may prove itself; one of these. Absent: nobody is asked. */
  readonly credentials?: readonly Credential[]
  /** By status. */
  readonly answers: Readonly<Record<number, Answer>>
}

export interface Parameter {
  readonly in: 'query' | 'header' | 'path'
  readonly name: string
  readonly description: string
  readonly isRequired: boolean
  readonly schema: TSchema
}

export interface RequestBody {
  /** By media type. */
  readonly content: Readonly<Record<string, TSchema>>
  readonly isRequired: boolean
}

export interface Answer {
  readonly description: string
  /** By media type; absent: no body. */
  readonly content?: Readonly<Record<string, TSchema>>
  readonly headers?: Readonly<Record<string, { readonly description: string; readonly schema: TSchema }>>
}

/** `bearer`: `Authorization: Bearer`; `raw`: the token alone in `Authorization`; `basic`: RFC 7617; `api_key`: the header `apikey`. */
export type Credential = 'bearer' | 'raw' | 'basic' | 'api_key'

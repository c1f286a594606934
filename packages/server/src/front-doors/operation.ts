/** What a door answers, said for people and programs: OpenAPI is made from it (https://spec.openapis.org/oas/v3.1.1). */
import type { TSchema } from 'typebox'

/**
 * A route of a door. The schemas are those that the route itself validates and answers with, wherever it has any. What goes wrong on the
 * way is not said here: the door states it for its paths, and it is added to every operation.
 */
export interface Operation {
  /** Unique in all doors: the door's name, a dash, a verb. */
  readonly id: string
  /** `ANY`: the method does not matter. */
  readonly method: 'GET' | 'POST' | 'ANY'
  /** As the router has it: `/realms/:realm/certs`. */
  readonly path: string
  /** Other paths that answer the same. */
  readonly aliases?: readonly string[]
  /** Whether it is at the root of the server, whatever the tenant and the host. */
  readonly isAtRoot?: true
  /** One line. */
  readonly summary: string
  /** Sentences, in Markdown. */
  readonly description?: string
  readonly parameters?: readonly Parameter[]
  readonly body?: RequestBody
  /** How a caller may prove itself: one of these, each with all that it needs together. Absent: nobody is asked. */
  readonly credentials?: readonly (readonly Credential[])[]
  /** By status. */
  readonly answers: Readonly<Record<number, Answer>>
  /** The body of what goes wrong before, beside or beneath its own rules; empty: there is none. */
  readonly errors: Content
}

/** By media type. */
export type Content = Readonly<Record<string, TSchema>>

export interface Parameter {
  readonly in: 'query' | 'header' | 'path'
  readonly name: string
  readonly description: string
  readonly isRequired: boolean
  readonly schema: TSchema
}

export interface RequestBody {
  readonly content: Content
  readonly isRequired: boolean
}

export interface Answer {
  readonly description: string
  /** Absent: no body. */
  readonly content?: Content
  /** Whether there may be no body although there is `content`. */
  readonly isSometimesEmpty?: true
  readonly headers?: Headers
}

export type Headers = Readonly<Record<string, { readonly description: string; readonly schema: TSchema }>>

/** `bearer`: `Authorization: Bearer`; `raw`: the token alone in `Authorization`; `basic`: RFC 7617; `api_key`: the header `apikey`. */
export type Credential = 'bearer' | 'raw' | 'basic' | 'api_key'

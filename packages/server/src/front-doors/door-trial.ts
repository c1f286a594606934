/**
 * How a person tries a door out on the front page: forms, the request that each stands for, and what of the answer is a token. The page
 * is a client like any other: what it shows is what crosses the wire.
 */
export interface DoorTrial {
  /** What the door is, in a sentence or two. */
  readonly about: string
  /** The first stands on the front page; a later one follows from an answer. None: there is nothing to send by itself. */
  readonly steps: readonly TrialStep[]
  /** Whether a browser may be sent back to the page of its forms with a code, which that page then shows. */
  readonly showsCode?: true
}

export interface TrialStep {
  /** Unique in its door. */
  readonly name: string
  /** On the button that sends it. */
  readonly action: string
  /** What a person has to know before sending it. */
  readonly hint?: string
  readonly fields: readonly TrialField[]
  /** What a filled form sends. Values are texts as typed, by the names of `fields`. Paths and names of headers are the door's own. */
  readonly request: (values: TrialValues) => TrialRequest
  /** What a good answer leads to; undefined: it is none. */
  readonly outcomeOf: (answer: TrialAnswer, values: TrialValues) => TrialOutcome | undefined
}

export type TrialValues = Readonly<Record<string, string>>

export interface TrialField {
  readonly name: string
  readonly label: string
  /** What is not `text` is secret: it is not shown in a request. */
  readonly kind: 'text' | 'password' | 'token'
  /** Not typed, but brought along from the answer before. */
  readonly isCarried?: true
  /** Nobody types it: it is made for each form, so that nobody can guess it. */
  readonly isMade?: true
  /** Name of the demo's setting that fills it in; undefined: what the person knows. */
  readonly setting?: string
  /** What it is for most, where nothing else fills it in. */
  readonly usual?: string
}

export interface TrialOutcome {
  readonly accessToken?: string
  /** Where a person signs in first; from the tenant's root, or with its scheme. */
  readonly signInAt?: string
  readonly next?: NextStep
}

/** A step that may follow, with what it brings along. */
export interface NextStep {
  readonly step: string
  readonly values: TrialValues
}

export interface TrialRequest {
  readonly method: 'GET' | 'POST'
  /** In the tenant, with its query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

export interface TrialAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A member of an answer in JSON, where it is a text. */
export function memberOf({ status, body }: TrialAnswer, name: string): string | undefined {
  if (status !== 200) return undefined
  const parsed: unknown = parseJson(body)
  if (typeof parsed !== 'object' || parsed === null || !(name in parsed)) return undefined
  const member: unknown = Reflect.get(parsed, name)
  return typeof member === 'string' ? member : undefined
}

/** @returns undefined if it is none */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

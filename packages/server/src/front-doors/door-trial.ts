/**
 * How a person tries a door out on the front page: a form, the request that it stands for, and what of the answer is a token. The page
 * is a client like any other: what it shows is what crosses the wire.
 */
import type { DemoSettings } from './door-demo.ts'

export interface DoorTrial {
  readonly fields: readonly TrialField[]
  /** What a filled form sends. Values are texts as typed, by the names of `fields`. */
  readonly request: (values: Readonly<Record<string, string>>) => TrialRequest
  /** The access token of a good answer; undefined: it has none, as where a person signs in on a page first. */
  readonly tokenOf: (answer: TrialAnswer) => string | undefined
}

export interface TrialField {
  readonly name: string
  readonly label: string
  readonly kind: 'text' | 'password'
  /** From the demo's settings; undefined: what the person knows. */
  readonly demoValue?: (settings: DemoSettings) => string | undefined
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

import type { Refusal } from '../domain/outcome.ts'

type Answered<Result> = Result extends { readonly ok: false; readonly refusal: infer R extends Refusal } ? R : never

/** What a verb may refuse with. */
export type RefusalOf<Verb> = Verb extends (...request: never[]) => Promise<infer Result> ? Answered<Result> : never

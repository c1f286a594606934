/**
 * What a caller gives is looked at before anything is done with it: what is wrong is named, with what it has to be. Its value is not repeated,
 * because it may be a secret in the wrong place.
 */
import { RingkeyError } from './error.ts'
import { Secret } from './secret.ts'

/** What an option has to be, in words, and whether a value is that. */
export type Wanted = readonly [words: string, fits: (value: unknown) => boolean]

export type WantedOf<Given> = { readonly [Name in keyof Required<Given>]: Wanted }

const MAX_SECONDS = 86_400

const isText = (value: unknown): value is string => typeof value === 'string'
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
const isFunction = (value: unknown) => typeof value === 'function'

export const TEXT: Wanted = ['text', isText]
export const TEXTS: Wanted = ['a list of texts', (value) => Array.isArray(value) && value.every(isText)]
export const SECRET: Wanted = ['text that is not empty', (value) => /\S/.test(value instanceof Secret ? value.reveal() : asText(value))]
/** What a person has pasted, or a variable that may be empty: what is wrong with it is told by whoever reads it. */
export const PASTED: Wanted = ['text', (value) => value instanceof Secret || isText(value)]
export const FUNCTION: Wanted = ['a function', isFunction]
export const TRUTH: Wanted = ['true or false', (value) => typeof value === 'boolean']
export const OBJECT: Wanted = ['an object', isObject]
export const SECONDS: Wanted = ['a number of seconds, 0 or more', (value) => isNumber(value) && value >= 0]
/** More than a day is more than a timer can do. */
export const WAIT: Wanted = [
  `a number of seconds, more than 0 and at most ${MAX_SECONDS}`,
  (value) => isNumber(value) && value > 0 && value <= MAX_SECONDS,
]
export const STORE: Wanted = [
  'a store, such as memoryStore() makes one',
  (value) => isObject(value) && isText(value.name) && isFunction(value.read) && isFunction(value.swap),
]

function asText(value: unknown): string {
  return isText(value) ? value : ''
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

/** @throws RingkeyError `configuration` */
export function refuseUnlessFit(name: string, value: unknown, [words, fits]: Wanted): void {
  if (!fits(value)) throw new RingkeyError('configuration', `${name} is wrong. Give it as ${words}.`, { outcome: 'not_done' })
}

/** What is not given, or undefined, is left to its default. @throws RingkeyError `configuration` */
export function refuseWrong(what: string, given: unknown, wanted: Readonly<Record<string, Wanted>>): void {
  refuseUnlessFit(what, given, OBJECT)
  for (const [name, each] of Object.entries(wanted)) {
    const value = (given as Readonly<Record<string, unknown>>)[name]
    if (value !== undefined) refuseUnlessFit(name, value, each)
  }
}

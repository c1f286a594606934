import type { PhoneNumber } from '../domain/phone.ts'

/** What is kept of a code beside its MAC: whose it is. */
export interface StoredCode {
  readonly number: PhoneNumber
  readonly callingCode: string
}

export function writeCode({ number, callingCode }: StoredCode): string {
  return JSON.stringify({ number, callingCode })
}

/** @param payload as `writeCode` has written it */
export function readCode(payload: string): StoredCode {
  return JSON.parse(payload) as StoredCode
}

import { parseFormPairs } from '../front-doors/form-pairs.ts'
import { RequestRefused } from '../front-doors/request-refused.ts'

/**
 * A body of `application/x-www-form-urlencoded`: UTF-8 and percent escapes without slips, each parameter once, at most 100.
 * @throws RequestRefused `bad_request` or `repeated_parameter`
 */
export function parseFormBody(bytes: Uint8Array): Record<string, string> {
  const pairs = parseFormPairs(decode(bytes))
  if (!pairs.ok) throw new RequestRefused(pairs.refusal.code === 'parameter_repeated' ? 'repeated_parameter' : 'bad_request')
  // Without a prototype: a parameter may have any name.
  return Object.assign(Object.create(null), Object.fromEntries(pairs.value))
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new RequestRefused('bad_request')
  }
}

/** What goes wrong on the way to any route, made from the table that its door answers by. */
import type { FrontDoor } from '../../packages/server/src/front-doors/front-door.ts'
import type { Operation } from '../../packages/server/src/front-doors/operation.ts'
import { coversPath } from '../../packages/server/src/front-doors/owned-paths.ts'
import type { TransportErrorCode } from '../../packages/server/src/front-doors/wire-error.ts'

/** Not 404 and 405: a path or a method that is not there is none of the document's. */
const SENTENCES: Readonly<Record<Exclude<TransportErrorCode, 'not_found' | 'method_not_allowed'>, string>> = {
  ambiguous_request: 'A header that counts comes twice.',
  bad_request: 'The request cannot be read.',
  repeated_parameter: 'A parameter comes twice.',
  tls_required: 'The request did not come by HTTPS, which this server is called by.',
  content_too_large: 'The body is larger than 64 KiB.',
  unsupported_media_type: 'A body of this type is not read here.',
  fault: 'Something went wrong on our side.',
  unavailable: 'The server cannot answer now. Ask again later.',
}
const OF_BODIES = new Set<string>(['content_too_large', 'unsupported_media_type'])

const TENANT_DISABLED = 'The tenant is switched off.'

/** What is wrong with a head as a whole, told in the shape of the route that its first line names. */
const OF_HEADS: ReadonlyMap<number, string> = new Map([
  [408, 'The request did not come to its end in time.'],
  [431, 'The head of the request is larger than 16 KiB.'],
])

/** Sentences by status. */
export function transportErrorsOf({ owns }: Pick<FrontDoor, 'owns'>, operation: Operation): ReadonlyMap<number, readonly string[]> {
  const found = new Map<number, string[]>()
  const area = owns.find(({ paths }) => paths.some((path) => coversPath(path, operation.path)))
  if (area === undefined) return found
  const note = (status: number, sentence: string) => found.set(status, [...(found.get(status) ?? []), sentence])
  const request = { path: operation.path, acceptLanguage: undefined }
  for (const [code, sentence] of Object.entries(SENTENCES) as [keyof typeof SENTENCES, string][]) {
    if (OF_BODIES.has(code) && operation.body === undefined) continue
    note(area.errors[code]('', request).status, sentence)
  }
  const disabled = area.errors.tenant_disabled
  if (disabled !== 'as_unknown') note(disabled('', request).status, TENANT_DISABLED)
  for (const [status, sentence] of OF_HEADS) note(status, sentence)
  return found
}

/** Errors that have no platform's shape. */
import type { TransportErrors, WireError } from './wire-error.ts'

/** An error as plain JSON. */
export function plainError(status: number, error: string, message: string, requestId: string): WireError {
  return { status, body: { error, message, requestId } }
}

/** Of paths that are no door's, or of a door that is no platform's. */
export const PLAIN_TRANSPORT_ERRORS: TransportErrors = {
  ambiguous_request: (id) => plainError(400, 'ambiguous_request', 'A header was sent twice, or the address contradicts the host.', id),
  bad_request: (id) => plainError(400, 'bad_request', 'The request cannot be read.', id),
  repeated_parameter: (id) => plainError(400, 'bad_request', 'The request cannot be read.', id),
  tls_required: (id) => plainError(403, 'https_required', 'This server is called by https.', id),
  tenant_disabled: 'as_unknown',
  not_found: (id) => plainError(404, 'not_found', 'There is nothing here.', id),
  method_not_allowed: (id) => plainError(405, 'method_not_allowed', 'This method is not answered here.', id),
  content_too_large: (id) => plainError(413, 'content_too_large', 'The body is too large.', id),
  unsupported_media_type: (id) => plainError(415, 'unsupported_media_type', 'A body of this type is not read here.', id),
  fault: (id) => plainError(500, 'server_error', 'Something went wrong on our side.', id),
  unavailable: (id) => plainError(503, 'unavailable', 'Ask again later.', id),
}

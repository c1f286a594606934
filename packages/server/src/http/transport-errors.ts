/** What is answered where no door's handler answers: in the shape of the door whose path it is, else plainly. */
import { Unavailable } from '../domain/fault.ts'
import type { FrontDoor } from '../front-doors/front-door.ts'
import { PLAIN_TRANSPORT_ERRORS as PLAIN } from '../front-doors/plain-errors.ts'
import { RequestRefused } from '../front-doors/request-refused.ts'
import type { FailedRequest, TransportErrorCode, WireError } from '../front-doors/wire-error.ts'
import { doorOfPath } from './door-of-path.ts'

export interface TransportFailure {
  readonly code: TransportErrorCode
  readonly headers: Readonly<Record<string, string>>
}

/** Codes of the router's own errors that are the caller's doing. Every other error that is not ours is a fault, whatever status it names. */
const CODES_OF_ROUTER: Readonly<Record<string, TransportErrorCode>> = {
  FST_ERR_BAD_URL: 'bad_request',
  FST_ERR_MAX_PARAM_LENGTH: 'not_found',
  FST_ERR_VALIDATION: 'bad_request',
  FST_ERR_CTP_BODY_TOO_LARGE: 'content_too_large',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'bad_request',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_ROUTE_MISSING_CONTENT_TYPE: 'bad_request',
}

export function failureOf(error: unknown): TransportFailure {
  if (error instanceof RequestRefused) {
    const { code, allow } = error
    return { code, headers: code === 'method_not_allowed' ? { allow: allow.join(', ') } : {} }
  }
  if (error instanceof Unavailable) return { code: 'unavailable', headers: { 'retry-after': String(error.retryAfterSeconds) } }
  const routerCode = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
  return { code: CODES_OF_ROUTER[routerCode] ?? 'fault', headers: {} }
}

/** The failure as the owner of the path spells it. */
export function encodeFailure(
  { code, headers }: TransportFailure,
  doors: readonly FrontDoor[],
  request: FailedRequest,
  requestId: string,
): WireError {
  const error = (doorOfPath(doors, request.path)?.errors ?? PLAIN)[code](requestId, request)
  return { ...error, headers: { ...error.headers, ...headers } }
}

/** What the owner of the path tells of a tenant that is disabled. @returns undefined if nothing */
export function encodeDisabled(doors: readonly FrontDoor[], request: FailedRequest, requestId: string): WireError | undefined {
  const { tenant_disabled: told } = doorOfPath(doors, request.path)?.errors ?? PLAIN
  return told === 'as_unknown' ? undefined : told(requestId, request)
}

import type { FastifyReply } from 'fastify'
import type { Refusal } from '../domain/outcome.ts'
import type { EpochMs } from '../domain/time.ts'
import { contextOf } from './request-context.ts'

/** An error as it goes on the wire. */
export interface WireError {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** An object is sent as JSON, a text as the `content-type` of `headers` says; undefined: no body. */
  readonly body?: object | string
}

/** What can go wrong with a request before, beside or beneath a door's own rules. */
export type TransportErrorCode =
  /** Twice the same security-relevant header, or a target that contradicts its host. */
  | 'ambiguous_request'
  /** A body, an address or a parameter that cannot be read. */
  | 'bad_request'
  /** A parameter of a form that comes twice. */
  | 'repeated_parameter'
  /** A trusted proxy says that the caller did not use TLS, where our address is https. */
  | 'tls_required'
  | 'not_found'
  | 'method_not_allowed'
  | 'content_too_large'
  | 'unsupported_media_type'
  /** A bug of ours. */
  | 'fault'
  /** We cannot answer now and may later. */
  | 'unavailable'

/** What a page that tells of an error is made for. */
export interface FailedRequest {
  /** In its tenant. */
  readonly path: string
  readonly acceptLanguage: string | undefined
}

type TransportError = (requestId: string, request: FailedRequest) => WireError

/** How a door spells these. `Allow` and `Retry-After` are added by `http/`. */
export type TransportErrors = { readonly [C in TransportErrorCode]: TransportError } & {
  /** The tenant is there and is switched off; `as_unknown`: answered as if there were none, so that nobody can tell. */
  readonly tenant_disabled: 'as_unknown' | TransportError
}

type RefusalWithCode<R extends Refusal, C extends string> = R extends Refusal ? (C extends R['code'] ? R : never) : never

/** What a door answers to each refusal of a use case. A new code does not compile until it has an answer here. */
export type RefusalTable<R extends Refusal> = {
  readonly [C in R['code']]: WireError | ((refusal: RefusalWithCode<R, C>, receivedAt: EpochMs) => WireError)
}

/** Answers a refusal as the door's table says. */
export function refuse<R extends Refusal>(reply: FastifyReply, table: RefusalTable<R>, refusal: R): FastifyReply {
  // The table's key and the refusal's code are the same value, which the type system cannot follow through an index.
  const entry = table[refusal.code as R['code']] as WireError | ((refusal: R, receivedAt: EpochMs) => WireError)
  return answerError(reply, typeof entry === 'function' ? entry(refusal, contextOf(reply.request).receivedAt) : entry)
}

export function answerError(reply: FastifyReply, error: WireError): FastifyReply {
  return reply
    .code(error.status)
    .headers(error.headers ?? {})
    .send(error.body)
}

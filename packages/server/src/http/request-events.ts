/** What `http/` tells of requests. Labels are bounded: names of doors and templates of routes, never a path or an id of a caller. */
export interface AnsweredRequest {
  readonly requestId: string
  readonly method: string
  /** undefined: no door's */
  readonly door: string | undefined
  /** The template of the route, `unmatched`, or the name of what answered before routing. */
  readonly route: string
  /** undefined: the caller had gone before there was an answer */
  readonly status: number | undefined
  readonly durationMs: number
  /** Name of the tenant; undefined where none was chosen. */
  readonly tenant: string | undefined
}

export interface RequestFault {
  readonly requestId: string
  readonly door: string | undefined
  readonly route: string
  readonly error: unknown
}

export interface RequestEvents {
  request(answered: AnsweredRequest): void
  /** A bug, or a dependency that failed. Told once per request. */
  fault(fault: RequestFault): void
}

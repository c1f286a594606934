/**
 * The way of a request: strict headers, then its tenant, then the router of that tenant's doors.
 *
 * `exchange.ts` gives it an id and tells of its end; `strict-headers.ts` and `choose-tenant.ts` decide before any router;
 * `router.ts` is one Fastify instance per set of doors, with body parsers (`bodies.ts`) and hooks that no door can forget;
 * `transport-errors.ts` knows the shape of what goes wrong on the way. The socket's own limits are in `listen.ts`.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Tenant } from '../domain/tenant.ts'
import type { DoorDeps, FrontDoor } from '../front-doors/front-door.ts'
import { plainError } from '../front-doors/plain-errors.ts'
import { attachContext } from '../front-doors/request-context.ts'
import { RequestRefused } from '../front-doors/request-refused.ts'
import type { WireError } from '../front-doors/wire-error.ts'
import {
  chooseTenant,
  findTenantOfPath,
  type NoTenant,
  pathOf,
  readTarget,
  type Scheme,
  type Target,
  withoutAuthority,
  withoutPrefix,
  writtenPathOf,
} from './choose-tenant.ts'
import { doorOfPath, isSpelledWithEscapes } from './door-of-path.ts'
import { beginExchange, type Exchange, type ExchangeDeps, makeRequestId } from './exchange.ts'
import { answerHealth } from './health.ts'
import { createCameInClear } from './plain-text-behind-proxy.ts'
import { type BrokenHead, hasMalformedLine } from './request-lines.ts'
import { createRouters, doorsOf } from './routers.ts'
import { createSendFor } from './send-for.ts'
import { readStrictHeaders } from './strict-headers.ts'
import { encodeDisabled, encodeFailure, failureOf } from './transport-errors.ts'
import { createTurns } from './turns.ts'
import { writeError } from './write-error.ts'

export interface AppDeps extends ExchangeDeps {
  readonly useCases: DoorDeps['useCases']
  readonly issuerOf: DoorDeps['issuerOf']
  readonly guide: DoorDeps['guide']
  /** All that exist; a tenant has those that its list names and those that every tenant has. */
  readonly doors: readonly FrontDoor[]
  /** Host names on which `/t/<tenant>` is read, lower case, without ports. */
  readonly sharedHosts: () => ReadonlySet<string>
  /** CIDRs of proxies whose `X-Forwarded-For` names the caller, and whose `X-Forwarded-Proto` says whether it came by TLS. */
  readonly trustedProxies: readonly string[]
  readonly isReady: () => Promise<boolean>
}

export interface App {
  /** A listener for `request` of a Node server. */
  handle(req: IncomingMessage, res: ServerResponse): void
  newRequestId(): string
  /** What is told of a request that cannot be read, in the shape of the door whose path it is; undefined: it is none's. */
  refuseHead(head: BrokenHead, requestId: string): Promise<WireError | undefined>
  /** Makes the routers of these sets of doors now instead of at their first request. */
  prepare(sets: readonly (readonly string[])[]): Promise<void>
  close(): Promise<void>
}

const HTTP_VERSIONS: ReadonlySet<string> = new Set(['1.1', '1.0'])

/** A request costs up to a millisecond until it waits for something, so that a turn stays short of five. */
const MAX_BEGUN_PER_TURN = 4

export function createApp(deps: AppDeps): App {
  const { useCases, issuerOf, guide, doors, sharedHosts, trustedProxies, servesHttps, isReady, observe } = deps
  const routers = createRouters(doors, { useCases, issuerOf, guide, trustedProxies, fail, sendFor: createSendFor(serveItself) })
  const begin = createTurns(MAX_BEGUN_PER_TURN)
  const cameInClear = createCameInClear(trustedProxies)

  function fail(exchange: Exchange, error: unknown, present: readonly FrontDoor[]): void {
    const { req, res, requestId } = exchange
    const path = pathOf(req.url ?? '')
    exchange.door ??= doorOfPath(present, path)?.door
    // Half a body and no caller any more: whatever the parser says of it is the caller's doing.
    const failure = failureOf(req.destroyed && !req.complete ? new RequestRefused('bad_request') : error)
    if (failure.code === 'fault') observe.fault({ requestId, door: exchange.door, route: exchange.route, error })
    writeError(req, res, encodeFailure(failure, present, { path, acceptLanguage: req.headers['accept-language'] }, requestId))
  }

  async function serve(exchange: Exchange): Promise<void> {
    const { req, res, requestId, receivedAt } = exchange
    // The parser takes requests of other versions for such as it knows.
    if (!HTTP_VERSIONS.has(req.httpVersion) || hasMalformedLine(req)) throw new RequestRefused('bad_request')
    const { target, isAmbiguous, isHostless, isMisframed } = readRequest(req, servesHttps ? 'https' : 'http')
    const health = await answerHealth(req.method ?? '', writtenPathOf(target?.url ?? req.url ?? ''), isReady)
    if (health !== undefined) {
      if (isAmbiguous || (target === undefined && !isHostless)) throw new RequestRefused('ambiguous_request')
      exchange.route = health.route
      return writeError(req, res, health)
    }
    if (target === undefined) throw new RequestRefused('ambiguous_request')
    if (isMisframed) res.shouldKeepAlive = false
    const choice = await chooseTenant(target, { findTenant: useCases.findTenant, sharedHosts })
    if (choice.kind === 'misdirected' || choice.kind === 'no_tenant') return writeError(req, res, NO_TENANT[choice.kind](requestId))

    const { tenant } = choice
    exchange.tenant = tenant
    if (choice.kind === 'without_slash') {
      exchange.route = 'tenant root'
      return writeError(req, res, { status: 308, headers: { location: choice.path } })
    }
    const { url } = choice
    req.url = url
    if (choice.kind === 'disabled') {
      const failed = { path: pathOf(url), acceptLanguage: req.headers['accept-language'] }
      const told = encodeDisabled(doorsOf(tenant.doors, doors), failed, requestId)
      return writeError(req, res, told ?? NO_TENANT[choice.untold](requestId))
    }
    if (servesHttps && cameInClear(req)) return fail(exchange, new RequestRefused('tls_required'), doorsOf(tenant.doors, doors))
    attachContext(req, { requestId, tenant, receivedAt })
    const made = routers.of(tenant.doors)
    const router = made instanceof Promise ? await made : made
    if (isAmbiguous || isMisframed) return fail(exchange, new RequestRefused('ambiguous_request'), router.doors)
    if (isSpelledWithEscapes(writtenPathOf(url))) return fail(exchange, new RequestRefused('not_found'), router.doors)
    router.route(req, res)
  }

  function serveItself(req: IncomingMessage, res: ServerResponse, tenant: Tenant): void {
    const exchange = beginExchange(req, res, deps)
    exchange.tenant = tenant
    attachContext(req, { requestId: exchange.requestId, tenant, receivedAt: exchange.receivedAt })
    Promise.resolve(routers.of(tenant.doors))
      .then((router) => router.route(req, res))
      .catch((error: unknown) => fail(exchange, error, doors))
  }

  return {
    handle(req, res) {
      const exchange = beginExchange(req, res, deps)
      begin(() => {
        if (req.socket.destroyed) return // nobody is there any more to be answered
        serve(exchange).catch(async (error: unknown) => {
          const target = req.url ?? ''
          const present = await doorsOfAddress(target, exchange.tenant, deps)
          req.url = withoutPrefix(withoutAuthority(target))
          fail(exchange, error, present)
        })
      })
    },
    newRequestId: () => makeRequestId(deps.randomness),
    refuseHead: (head, requestId) => refuseHead(head, requestId, deps),
    prepare: async (sets) => void (await Promise.all(sets.map((names) => routers.of(names)))),
    close: () => routers.close(),
  }
}

/**
 * Of a request that no router has yet, and whose tenant may not be known, as what it said of that could not be read: the doors of the
 * tenant that the path alone leads to, so that the shape is that of one of them.
 */
async function doorsOfAddress(target: string, tenant: Tenant | undefined, { doors, useCases }: AppDeps): Promise<readonly FrontDoor[]> {
  // Who tells of a failure must not fail: where no tenant can be looked up, any door that could own the path will do.
  const found = tenant ?? (await findTenantOfPath(withoutAuthority(target), useCases.findTenant).catch(() => undefined))
  return found === undefined ? doors : doorsOf(found.doors, doors)
}

/** A host that it names may be a tenant's own, whose doors are then those that matter. */
async function refuseHead({ target, host }: BrokenHead, requestId: string, deps: AppDeps): Promise<WireError | undefined> {
  const { useCases, sharedHosts, servesHttps } = deps
  const read = host === undefined ? undefined : readTarget(host, target, servesHttps ? 'https' : 'http')
  const choice = read && (await chooseTenant(read, { findTenant: useCases.findTenant, sharedHosts }).catch(() => undefined))
  const chosen = choice?.kind === 'chosen' ? choice : undefined
  const path = pathOf(chosen?.url ?? withoutPrefix(withoutAuthority(target)))
  const present = await doorsOfAddress(target, chosen?.tenant, deps)
  if (doorOfPath(present, path) === undefined) return undefined
  return encodeFailure({ code: 'bad_request', headers: {} }, present, { path, acceptLanguage: undefined }, requestId)
}

interface ReadRequest {
  /** undefined: nobody can say what it is for */
  readonly target: Target | undefined
  readonly isAmbiguous: boolean
  /** Whether it is of a version that needs no host, and has none. */
  readonly isHostless: boolean
  /** A transfer coding in a version that has none is how one request is made to look like two (RFC 9112, section 6.1). */
  readonly isMisframed: boolean
}

function readRequest({ method, url = '', httpVersion, headers, rawHeaders }: IncomingMessage, scheme: Scheme): ReadRequest {
  const { host, hosts, isAmbiguous } = readStrictHeaders(rawHeaders)
  // A star is an address for OPTIONS alone (RFC 9112, section 3.2.4).
  const isNoAddress = url === '*' && method !== 'OPTIONS'
  return {
    target: host === undefined || isNoAddress ? undefined : readTarget(host, url, scheme),
    isAmbiguous,
    isHostless: hosts === 0 && httpVersion === '1.0',
    isMisframed: httpVersion === '1.0' && headers['transfer-encoding'] !== undefined,
  }
}

const NO_TENANT: { readonly [K in NoTenant]: (requestId: string) => WireError } = {
  misdirected: (id) => plainError(421, 'misdirected_request', 'This server does not answer for that host.', id),
  no_tenant: (id) => plainError(404, 'not_found', 'There is nothing here.', id),
}

import { type RawAnswer, sendRaw } from '../../../../../vectors/raw-socket.ts'
import type { AccountId, SessionId, TenantId } from '../../domain/ids.ts'
import { NO_PHONES } from '../../domain/phone.ts'
import type { Tenant } from '../../domain/tenant.ts'
import { frontDoors } from '../../front-doors/registry.ts'
import { guideMaterial } from '../../testing/guide-material.ts'
import { createSeededRandomness } from '../../testing/seeded-randomness.ts'
import type { CheckedToken, FindTenant, SessionTokens, UseCases } from '../../use-cases/use-cases.ts'
import { type AppDeps, createApp } from '../app.ts'
import { createHttpServer, type HttpServerOptions } from '../listen.ts'
import type { AnsweredRequest, RequestFault } from '../request-events.ts'

const AT = 1_790_000_000_500

export function aTenant(given: Partial<Tenant> = {}): Tenant {
  return {
    id: 'ten_a' as TenantId,
    name: 'demo',
    hostNames: [],
    doors: ['smartflo'],
    isDefault: true,
    enabled: true,
    phones: NO_PHONES,
    epoch: 0,
    epochRaisedAt: undefined,
    keyVersion: 0,
    createdAt: AT,
    ...given,
  }
}

export function someTokens(given: Partial<SessionTokens & { passwordAgeDays: number }> = {}) {
  return {
    accessToken: 'eyJ0.eyJ1.c2ln',
    accessExpiresInSeconds: 3600,
    accessExpiresAt: 1_790_003_600,
    refreshToken: undefined,
    idToken: undefined,
    refreshExpiresInSeconds: 262_800,
    sessionId: 'b5b8f1c8-6a0e-4c7f-9f3e-0f6f5a3d2c1b' as SessionId,
    scope: '',
    passwordAgeDays: 60,
    ...given,
  }
}

export function aCheckedToken(given: Partial<CheckedToken> = {}): CheckedToken {
  return {
    kind: 'session',
    format: 'signed',
    tenant: aTenant(),
    subject: 'acc_1' as AccountId,
    clientId: 'smartflo',
    scope: 'calls:read calls:write',
    audience: ['https://api.example'],
    issuer: 'https://tokens.example',
    tokenId: '0123456789abcdef',
    sessionId: 'b5b8f1c8-6a0e-4c7f-9f3e-0f6f5a3d2c1b',
    issuedAt: 1_790_000_000,
    notBefore: 1_790_000_000,
    expiresAt: 1_790_003_600,
    expiresInSeconds: 3600,
    actor: undefined,
    stated: undefined,
    ...given,
  }
}

/** Use cases of which a test states those that may be called; every other call fails it. */
function stubUseCases(given: Partial<UseCases>): UseCases {
  return new Proxy(given, {
    get(target, name) {
      if (name in target) return Reflect.get(target, name)
      return () => {
        throw new Error(`the use case ${String(name)} was not expected to be called`)
      }
    },
  }) as UseCases
}

function findAmong(tenants: readonly Tenant[]): FindTenant {
  return async (address) =>
    tenants.find((tenant) => {
      if (address === 'default') return tenant.isDefault
      return 'name' in address ? tenant.name === address.name : tenant.hostNames.includes(address.hostName)
    })
}

export interface TestApp {
  readonly port: number
  readonly requests: readonly AnsweredRequest[]
  readonly faults: readonly RequestFault[]
  send(bytes: string | Buffer): Promise<RawAnswer>
  /** A request with `Host: localhost`, a body's length, and these header lines. */
  ask(requestLine: string, headers?: readonly string[], body?: string | Buffer): Promise<RawAnswer>
  stop(): Promise<void>
}

export interface TestAppOptions extends Partial<Omit<AppDeps, 'useCases'>> {
  readonly useCases?: Partial<UseCases>
  readonly tenants?: readonly Tenant[]
  readonly server?: Omit<HttpServerOptions, 'app'>
}

/** An app with stubbed use cases on a real socket. */
export async function startApp({
  useCases = {},
  tenants = [aTenant()],
  server: serverOptions,
  ...deps
}: TestAppOptions = {}): Promise<TestApp> {
  const requests: AnsweredRequest[] = []
  const faults: RequestFault[] = []
  const app = createApp({
    doors: frontDoors,
    guide: guideMaterial,
    issuerOf: ({ name }) => `https://tokens.example/t/${name}`,
    sharedHosts: () => new Set(['localhost', '127.0.0.1', '[::1]']),
    trustedProxies: [],
    isReady: async () => true,
    observe: { request: (answered) => void requests.push(answered), fault: (fault) => void faults.push(fault) },
    randomness: createSeededRandomness(),
    time: { now: () => AT, monotonicMs: () => 0 },
    servesHttps: false,
    ...deps,
    useCases: stubUseCases({ findTenant: findAmong(tenants), ...useCases }),
  })
  const server = createHttpServer({ app, ...serverOptions })
  const port = await server.listen(0, '127.0.0.1')
  return {
    port,
    requests,
    faults,
    send: (bytes) => sendRaw(port, bytes),
    ask(requestLine, headers = [], body = '') {
      const length = body.length === 0 ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]
      const head = [`${requestLine} HTTP/1.1`, 'Host: localhost', ...headers, ...length, '', ''].join('\r\n')
      return sendRaw(port, Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body)]))
    },
    async stop() {
      await server.stop()
      await app.close()
    },
  }
}

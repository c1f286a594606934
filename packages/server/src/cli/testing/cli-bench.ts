/** The command line over stub use cases, on streams that keep what is written. */

import { PassThrough, type Writable } from 'node:stream'
import { loadConfig } from '../../config/load-config.ts'
import type { FileRead } from '../../config/read-file.ts'
import type { Account } from '../../domain/account.ts'
import { type Application, NO_PAGE_SIGN_IN } from '../../domain/application.ts'
import type { AccountId, ApplicationId, OrganisationId, TenantId } from '../../domain/ids.ts'
import { accept } from '../../domain/outcome.ts'
import { NO_PHONES } from '../../domain/phone.ts'
import type { Scope } from '../../domain/scope.ts'
import type { Tenant } from '../../domain/tenant.ts'
import type { Listings, UseCases } from '../../use-cases/use-cases.ts'
import type { CliDeps } from '../cli-deps.ts'
import type { KeeperDeps } from '../keeper/keeper-deps.ts'
import { runCli } from '../run-cli.ts'

export const AT = Date.UTC(2026, 0, 2, 3, 4, 5)
export const AT_TEXT = '2026-01-02T03:04:05.000Z'

export function aTenant(changes: Partial<Tenant> = {}): Tenant {
  return {
    id: 'ten_1' as TenantId,
    name: 'acme',
    hostNames: ['id.acme.example'],
    doors: ['voipex'],
    isDefault: true,
    enabled: true,
    phones: NO_PHONES,
    epoch: 0,
    epochRaisedAt: undefined,
    keyVersion: 0,
    createdAt: AT,
    ...changes,
  }
}

export function anAccount(changes: Partial<Account> = {}): Account {
  return {
    id: 'acc_1' as AccountId,
    tenantId: 'ten_1' as TenantId,
    organisationId: 'org_1' as OrganisationId,
    loginIds: [],
    name: undefined,
    roles: [],
    mayImpersonate: false,
    enabled: true,
    epoch: 0,
    passwordSetAt: AT,
    erasesAt: undefined,
    language: undefined,
    createdAt: AT,
    ...changes,
  }
}

export function anApplication(changes: Partial<Application> = {}): Application {
  return {
    id: 'app_1' as ApplicationId,
    tenantId: 'ten_1' as TenantId,
    organisationId: undefined,
    clientId: 'portal',
    name: 'Portal',
    signInDoor: undefined,
    audience: [],
    checks: 'none',
    passwordGrant: false,
    webOrigins: [],
    pageSignIn: NO_PAGE_SIGN_IN,
    enabled: true,
    epoch: 0,
    createdAt: AT,
    type: 'confidential',
    scope: 'calls' as Scope,
    tokenFormat: 'signed',
    algorithm: 'ES256',
    lifetimes: { accessSeconds: 300, idleSeconds: 3600, absoluteSeconds: 86_400 },
    refreshPolicy: { name: 'strict', windowSeconds: 30 },
    ...changes,
  }
}

function unexpected(verb: string): () => never {
  return () => {
    throw new Error(`the command called ${verb}`)
  }
}

/** Use cases of which only those given may be called; `list.tenants` answers one default tenant. */
export function stubUseCases({ list, ...verbs }: Partial<Omit<UseCases, 'list'>> & { readonly list?: Partial<Listings> }): UseCases {
  return {
    askToAllowCalls: unexpected('askToAllowCalls'),
    endOwnApplication: unexpected('endOwnApplication'),
    askToChangeNumber: unexpected('askToChangeNumber'),
    changeNumber: unexpected('changeNumber'),
    describeOwnActivity: unexpected('describeOwnActivity'),
    changePassword: unexpected('changePassword'),
    askToRegister: unexpected('askToRegister'),
    register: unexpected('register'),
    askToRecover: unexpected('askToRecover'),
    recover: unexpected('recover'),
    askForSignInCode: unexpected('askForSignInCode'),
    signInWithCode: unexpected('signInWithCode'),
    allowCalls: unexpected('allowCalls'),
    signIn: unexpected('signIn'),
    refreshSession: unexpected('refreshSession'),
    signOut: unexpected('signOut'),
    revokeToken: unexpected('revokeToken'),
    impersonate: unexpected('impersonate'),
    describeCaller: unexpected('describeCaller'),
    allowsOrigin: unexpected('allowsOrigin'),
    startLogin: unexpected('startLogin'),
    askForSignIn: unexpected('askForSignIn'),
    answerSignIn: unexpected('answerSignIn'),
    completeLogin: unexpected('completeLogin'),
    exchangeCode: unexpected('exchangeCode'),
    describeUser: unexpected('describeUser'),
    exportOwnData: unexpected('exportOwnData'),
    deleteOwnAccount: unexpected('deleteOwnAccount'),
    keepAccount: unexpected('keepAccount'),
    endOwnSession: unexpected('endOwnSession'),
    describeBrowserSession: unexpected('describeBrowserSession'),
    endBrowserSession: unexpected('endBrowserSession'),
    introspectToken: unexpected('introspectToken'),
    authorizeCall: unexpected('authorizeCall'),
    listPublicKeys: unexpected('listPublicKeys'),
    findTenant: unexpected('findTenant'),
    createTenant: unexpected('createTenant'),
    addDoor: unexpected('addDoor'),
    createOrganisation: unexpected('createOrganisation'),
    createApplication: unexpected('createApplication'),
    setApplicationReach: unexpected('setApplicationReach'),
    setPasswordGrant: unexpected('setPasswordGrant'),
    setPageSignIn: unexpected('setPageSignIn'),
    setPhones: unexpected('setPhones'),
    createApiKey: unexpected('createApiKey'),
    createAccount: unexpected('createAccount'),
    setPassword: unexpected('setPassword'),
    stopErasure: unexpected('stopErasure'),
    setAccountRights: unexpected('setAccountRights'),
    setEnabled: unexpected('setEnabled'),
    endSessions: unexpected('endSessions'),
    endSession: unexpected('endSession'),
    issuePermanentToken: unexpected('issuePermanentToken'),
    revokePermanentToken: unexpected('revokePermanentToken'),
    rotateKeys: unexpected('rotateKeys'),
    retireKey: unexpected('retireKey'),
    ...verbs,
    list: {
      tenants: async () => [aTenant({ name: 'other', isDefault: false }), aTenant()],
      organisations: unexpected('list.organisations'),
      applications: unexpected('list.applications'),
      apiKeys: unexpected('list.apiKeys'),
      accounts: unexpected('list.accounts'),
      permanentTokens: unexpected('list.permanentTokens'),
      sessions: unexpected('list.sessions'),
      keys: unexpected('list.keys'),
      audit: unexpected('list.audit'),
      ...list,
    },
  }
}

/** A terminal that can be typed on: raw mode is noted, and what is typed is echoed by nobody. */
export class FakeTerminal extends PassThrough {
  readonly isTTY = true
  readonly rawModes: boolean[] = []
  setRawMode(mode: boolean): this {
    this.rawModes.push(mode)
    return this
  }
}

export interface Bench extends Partial<Omit<CliDeps, 'streams' | 'readFile' | 'loadConfig' | 'keeper'>> {
  readonly keeper?: Partial<KeeperDeps>
  readonly useCases?: UseCases
  readonly environment?: Record<string, string>
  /** Files by path; a text is one that only its owner can read. */
  readonly files?: Record<string, string | FileRead>
  readonly stdin?: string | Buffer | FakeTerminal
  /** Where data goes instead of being kept. */
  readonly stdout?: Writable
}

export interface Ran {
  readonly exit: number
  readonly out: string
  readonly err: string
  /** What `--json` printed. */
  json(): unknown
  /** How often the store was opened, and closed again. */
  readonly opened: number
  readonly closed: number
}

/** Runs one command line; the arguments are those after `ringkey`. */
export async function ringkey(args: readonly string[], bench: Bench = {}): Promise<Ran> {
  const { useCases = stubUseCases({}), environment = {}, files = {}, stdin = '', stdout, keeper = {}, ...given } = bench
  const kept = new PassThrough({ encoding: 'utf8' })
  const stderr = new PassThrough({ encoding: 'utf8' })
  const counts = { opened: 0, closed: 0 }
  const readFile = (path: string): FileRead => {
    const file = files[path]
    if (file === undefined) return { ok: false, isMissing: true, problem: 'does not exist' }
    return typeof file === 'string' ? { ok: true, text: file, othersCanRead: false } : file
  }
  const streams = { stdin: stdin instanceof FakeTerminal ? stdin : pipeOf(stdin), stdout: stdout ?? kept, stderr }
  const deps: CliDeps = {
    version: '1.2.3',
    doors: async () => ['voipex', 'smartflo'],
    streams,
    keeper: {
      streams,
      readFile,
      now: () => AT,
      variables: () => ({}),
      pause: unexpected('pause'),
      environmentOfChild: unexpected('environmentOfChild'),
      ...keeper,
    },
    loadConfig: (flags) => loadConfig({ environment, flags, readFile, workingDirectory: '/srv', cores: 2 }),
    readFile,
    openUseCases: async () => {
      counts.opened++
      return accept({ useCases, close: async () => void counts.closed++ })
    },
    initialise: unexpected('initialise'),
    resealKeys: unexpected('resealKeys'),
    examine: unexpected('examine'),
    serve: unexpected('serve'),
    ...given,
  }
  const exit = await runCli(args, deps)
  const out = String(kept.read() ?? '')
  return { exit, out, err: String(stderr.read() ?? ''), json: (): unknown => JSON.parse(out), ...counts }
}

function pipeOf(content: string | Buffer): PassThrough {
  const pipe = new PassThrough()
  pipe.end(content)
  return pipe
}

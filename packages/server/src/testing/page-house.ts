/** A test house in which people sign in on the page: a tenant with VPaaS and its IDM, a person, applications of both, and browsers. */
import { createHash } from 'node:crypto'
import type { Outcome } from '../domain/outcome.ts'
import type { Tenant } from '../domain/tenant.ts'
import { findCollisions, findDoor } from '../front-doors/registry.ts'
import type {
  AuthorizationAnswer,
  AuthorizationRequest,
  ClientCredentials,
  ExchangeCode,
  NewApplication,
  SignInAnswer,
  SignInPrompt,
  SignInResult,
  StartLogin,
  UseCases,
} from '../use-cases/use-cases.ts'
import { A_PASSWORD, type EmptyHouse, openEmptyHouse, PLAIN_ACCOUNT, type TestHouseOptions, valueFrom } from './test-house.ts'

export const ISSUER = 'https://tokens.example/t/acme'
export const APP_URI = 'smarthubplatform://login'
export const WEB_URI = 'https://web.example/callback'
export const LOGIN = 'anna@acme.example'
export const CALLER = { address: '192.0.2.7', requestId: 'req-page' }
export const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
export const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url')

/** The credentials of an application of VPaaS. */
export interface App {
  readonly clientId: string
  readonly apiKey: string
}

export interface PageHouse extends EmptyHouse {
  readonly tenant: Tenant
  readonly app: App
  makeApp(clientId: string, changed?: Partial<NewApplication>): Promise<App>
  makeWeb(clientId: string, changed?: Partial<NewApplication>): Promise<void>
  startLogin(app: App, more?: Partial<Parameters<StartLogin>[0]>): ReturnType<StartLogin>
  newBrowser(): Browser
  /** The whole way of a person in a browser. @returns the code that the application gets */
  login(app: App, browser?: Browser, more?: Partial<Parameters<StartLogin>[0]>): Promise<string>
  exchange(app: App, code: string, codeVerifier?: string): ReturnType<ExchangeCode>
  exchangeAtWeb(
    clientId: string,
    code: string,
    changed?: { redirectUri?: string; codeVerifier?: string | undefined },
  ): ReturnType<ExchangeCode>
  close(): Promise<void>
}

/** What a browser keeps, and what a person does in it. */
export interface Browser {
  readonly cookies: Map<string, string>
  session: string | undefined
  /** What it is known by. */
  device: string | undefined
  ask(authorization: Partial<AuthorizationRequest>): ReturnType<UseCases['askForSignIn']>
  open(authorization: Partial<AuthorizationRequest>): Promise<SignInPrompt>
  answer(prompt: SignInPrompt, answer?: SignInAnswer): Promise<Extract<SignInResult, { kind: 'answered' }>>
  try(prompt: Pick<SignInPrompt, 'sealedRequest'>, answer: SignInAnswer): ReturnType<UseCases['answerSignIn']>
  complete(answer: AuthorizationAnswer): ReturnType<UseCases['completeLogin']>
}

export const BY_PASSWORD: SignInAnswer = { kind: 'password', login: LOGIN, password: A_PASSWORD }

const A_REQUEST: AuthorizationRequest = {
  clientId: 'web',
  redirectUri: WEB_URI,
  responseType: 'code',
  responseMode: undefined,
  scope: undefined,
  state: 'the state',
  codeChallenge: CHALLENGE,
  codeChallengeMethod: 'S256',
  prompt: undefined,
  loginHint: undefined,
  maxAge: undefined,
}

export async function openPageHouse(options: TestHouseOptions = {}): Promise<PageHouse> {
  const house = await openEmptyHouse({
    ...options,
    doors: {
      defaultsOf: (name) => findDoor(name)?.applicationDefaults,
      ownLifetimesOf: (name) => findDoor(name)?.ownApplication?.lifetimes,
      signsInWithoutClient: (name) => findDoor(name)?.signsInWithoutClient ?? false,
      needs: (name) => findDoor(name)?.needs ?? [],
      callbackPathOf: (name) => findDoor(name)?.callbackPath,
      collide: (names) => findCollisions(names).length > 0,
    },
  })
  const { useCases } = house
  const tenant = valueFrom(await useCases.createTenant({ name: 'acme', hostNames: [], doors: ['vpaas'], isDefault: true }))
  valueFrom(await useCases.createOrganisation({ tenant: 'acme', name: 'Households' }))
  const anna = { ...PLAIN_ACCOUNT, name: 'Anna', loginIds: [LOGIN], password: A_PASSWORD }
  valueFrom(await useCases.createAccount({ ...anna, tenant: 'acme', organisation: 'Households' }))
  const makeApplication = async (request: Pick<NewApplication, 'clientId' | 'door'> & Partial<NewApplication>) =>
    valueFrom(await useCases.createApplication({ tenant: 'acme', name: request.clientId, ...request }))

  const pageHouse: Omit<PageHouse, 'app'> = {
    ...house,
    tenant,
    async makeApp(clientId, changed = {}) {
      await makeApplication({ clientId, door: 'vpaas', ...changed })
      return { clientId, apiKey: valueFrom(await useCases.createApiKey({ tenant: 'acme', clientId, name: clientId })).apiKey }
    },
    makeWeb: async (clientId, changed = {}) => void (await makeApplication({ clientId, door: 'idm', redirectUris: [WEB_URI], ...changed })),
    startLogin: (app, more = {}) =>
      useCases.startLogin({
        tenant,
        door: 'vpaas',
        client: clientOf(app),
        scope: undefined,
        redirectUri: undefined,
        codeChallenge: undefined,
        ...more,
      }),
    newBrowser: () => newBrowser(useCases, tenant),
    async login(app, browser = newBrowser(useCases, tenant), more = {}) {
      const { location } = valueFrom(await pageHouse.startLogin(app, more))
      const { answer } = await browser.answer(await browser.open(requestIn(location)))
      if (answer === undefined) throw new Error('the browser is at its own page')
      const { code } = valueFrom(await browser.complete(answer))
      if (code === undefined) throw new Error('the person has not signed in')
      return code
    },
    exchange: (app, code, codeVerifier) =>
      useCases.exchangeCode({ tenant, client: clientOf(app), code, binding: { kind: 'login' }, codeVerifier, caller: CALLER }),
    exchangeAtWeb: (clientId, code, changed = {}) => {
      const { redirectUri, codeVerifier } = { redirectUri: WEB_URI, codeVerifier: VERIFIER, ...changed }
      const client: ClientCredentials = { kind: 'client', clientId, clientSecret: undefined, format: 'signed' }
      return useCases.exchangeCode({ tenant, client, code, binding: { kind: 'redirect', redirectUri }, codeVerifier, caller: CALLER })
    },
    close: () => house.store.close(),
  }
  return { ...pageHouse, app: await pageHouse.makeApp('app') }
}

export function clientOf({ apiKey, clientId }: App): Extract<ClientCredentials, { kind: 'api_key' }> {
  return { kind: 'api_key', apiKey, clientId, format: 'sealed' }
}

/** The authorization request that an address of the page holds. */
export function requestIn(location: string): AuthorizationRequest {
  const query = new URL(location).searchParams
  const of = (name: string) => query.get(name) ?? undefined
  return {
    clientId: of('client_id'),
    redirectUri: of('redirect_uri'),
    responseType: of('response_type'),
    responseMode: of('response_mode'),
    scope: of('scope'),
    state: of('state'),
    codeChallenge: of('code_challenge'),
    codeChallengeMethod: of('code_challenge_method'),
    prompt: of('prompt'),
    loginHint: of('login_hint'),
    maxAge: of('max_age'),
  }
}

/** The code in what a browser takes back. */
export function codeIn(answer: AuthorizationAnswer | undefined): string {
  if (answer === undefined || !('code' in answer.result)) throw new Error('the browser brings no code')
  return answer.result.code
}

/** What is refused, or the word for none. */
export function codeOf(outcome: Outcome<unknown>): string {
  return outcome.ok ? 'accepted' : outcome.refusal.code
}

export function newBrowser(useCases: UseCases, tenant: Tenant, issuer = ISSUER): Browser {
  const cookies = new Map<string, string>()
  const cookieOf = (name: string) => cookies.get(name)
  const browser: Browser = {
    cookies,
    session: undefined,
    device: undefined,
    ask: (authorization) =>
      useCases.askForSignIn({
        tenant,
        purpose: { kind: 'application', authorization: { ...A_REQUEST, ...authorization } },
        browserSession: browser.session,
        cookieOf,
      }),
    async open(authorization) {
      const prompt = valueFrom(await browser.ask(authorization))
      cookies.set(prompt.cookie.name, prompt.cookie.value)
      return prompt
    },
    try({ sealedRequest }, answer) {
      const caller = { ...CALLER, deviceKey: browser.device }
      const from = { tenant, door: 'idm', cookieOf, browserSession: browser.session, language: 'en', caller }
      return useCases.answerSignIn({ ...from, sealedRequest, answer })
    },
    async answer(prompt, answer = BY_PASSWORD) {
      const result = valueFrom(await browser.try(prompt, answer))
      if (result.kind !== 'answered') throw new Error(result.kind === 'leaving' ? 'is leaving' : `asked again: ${result.problem?.kind}`)
      cookies.delete(result.cookieName)
      if (result.cookie !== undefined) cookies.set(result.cookie.name, result.cookie.value)
      if (result.browserSession !== undefined) browser.session = result.browserSession.value
      if (result.device !== undefined) browser.device = result.device.value
      return result
    },
    async complete({ state = '', result }) {
      const answer = 'code' in result ? ({ kind: 'code', code: result.code } as const) : ({ kind: 'error' } as const)
      const outcome = await useCases.completeLogin({ tenant, door: 'vpaas', state, answer, issuer, cookieOf })
      if (outcome.ok) cookies.delete(outcome.value.cookieName)
      return outcome
    },
  }
  return browser
}

/** A test house in which people have made accounts with their telephones, and are at their own page. */
import { doorCatalogue } from '../composition/open-house.ts'
import { accept, type Outcome, type Refusal, refuse } from '../domain/outcome.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { SessionTokens, UseCases } from '../use-cases/use-cases.ts'
import { type EmptyHouse, openEmptyHouse, type TestHouseOptions, valueFrom } from './test-house.ts'

/** Those that Germany keeps for films. */
export const NUMBERS = ['+4915228817386', '+4915228895456', '+4915228817501', '+4915228895612'] as const
export const PASSWORD = 'vier blaue tassen'
export const CALLER = { address: '192.0.2.7', requestId: 'req-own' }
const WEB_URI = 'https://web.example/callback'
const DOOR = 'idm'

export interface Person {
  readonly number: string
  readonly password: string
  /** The browser's session. */
  readonly session: string
  /** What the browser is known by; undefined: nothing yet */
  readonly device?: string | undefined
}

export type OwnPage = Awaited<ReturnType<typeof openOwnPage>>

type Tried = Outcome<string, Refusal<'password' | 'throttled' | 'signed_out' | 'leaving'>>

/** A tenant whose people register by themselves. */
export async function openOwnPage(options: TestHouseOptions = {}) {
  const house: EmptyHouse = await openEmptyHouse({ doors: doorCatalogue, ...options })
  const { useCases } = house
  valueFrom(await useCases.createTenant({ name: 'acme', hostNames: [], doors: [DOOR], isDefault: true }))
  for (const name of ['Households', 'Staff']) valueFrom(await useCases.createOrganisation({ tenant: 'acme', name }))
  let tenant: Tenant = valueFrom(
    await useCases.setPhones({ tenant: 'acme', countries: ['DE'], registersIn: { organisation: 'Households' } }),
  )
  for (const [clientId, name] of [
    ['web', 'Web'],
    ['phone', 'Phone'],
  ] as const) {
    const plain = { tenant: 'acme', door: DOOR, redirectUris: [WEB_URI], requiresPkce: false }
    valueFrom(await useCases.createApplication({ ...plain, clientId, name }))
  }
  const texts = () => house.outbox.messages().map(({ text }) => text)
  const lastCode = () => {
    const [, code] = /#(\d{6})$/.exec(texts()[0] ?? '') ?? []
    if (code === undefined) throw new Error('the last message has no code')
    return code
  }

  /** Goes to the sign-in page and answers it. */
  async function answer(purpose: Parameters<UseCases['askForSignIn']>[0]['purpose'], login: string, password: string, more: Browser) {
    const cookies = new Map<string, string>()
    const at = { tenant, browserSession: undefined, cookieOf: (name: string) => cookies.get(name) }
    const prompt = valueFrom(await useCases.askForSignIn({ ...at, purpose }))
    cookies.set(prompt.cookie.name, prompt.cookie.value)
    const { sealedRequest } = prompt
    const typed = { kind: 'password', login, password } as const
    return valueFrom(
      await useCases.answerSignIn({ ...at, door: DOOR, sealedRequest, answer: typed, language: 'en', caller: CALLER, ...more }),
    )
  }

  /** Signs in for an application, which gets this code. */
  async function codeFor({ number, password, device }: Person, clientId = 'web'): Promise<string> {
    const authorization = {
      ...{ clientId, redirectUri: WEB_URI, responseType: 'code', responseMode: undefined, scope: undefined, state: 's' },
      ...{ codeChallenge: undefined, codeChallengeMethod: undefined, prompt: undefined, loginHint: undefined, maxAge: undefined },
    }
    const more = { caller: { ...CALLER, deviceKey: device } }
    const result = await answer({ kind: 'application', authorization }, number, password, more)
    if (result.kind !== 'answered' || result.answer === undefined || !('code' in result.answer.result)) throw new Error('not signed in')
    return result.answer.result.code
  }

  function exchange(code: string, clientId = 'web') {
    const client = { kind: 'client', clientId, clientSecret: undefined, format: 'signed' } as const
    const binding = { kind: 'redirect', redirectUri: WEB_URI } as const
    return useCases.exchangeCode({ tenant, client, code, binding, codeVerifier: undefined, caller: CALLER })
  }

  type Browser = Partial<Pick<Parameters<UseCases['answerSignIn']>[0], 'caller'>>

  return {
    house,
    texts,
    lastCode,
    tenant: () => tenant,
    /** As a request finds it after a change of an operator's. */
    async readTenantAgain() {
      tenant = (await house.store.tenants.findByName('acme')) ?? tenant
    },
    async register(number: string = NUMBERS[0], name: string | undefined = 'Anna Lind'): Promise<Person> {
      const asked = { tenant, phone: number, browserKey: undefined, language: 'en', caller: CALLER }
      const { codeId, browserKey } = valueFrom(await useCases.askToRegister(asked))
      const given = { tenant, door: DOOR, codeId, code: lastCode(), browserKey, name, password: PASSWORD, language: 'en', caller: CALLER }
      const { value: session, device } = valueFrom(await useCases.register(given))
      return { number, password: PASSWORD, session, device: device.value }
    },
    /** At the page. @returns the browser's session, or what is wrong */
    async signIn({ number, password, device }: Omit<Person, 'session'>, more: Browser = {}): Promise<Tried> {
      const result = await answer({ kind: 'account' }, number, password, { caller: { ...CALLER, deviceKey: device }, ...more })
      if (result.kind === 'answered') return accept(result.browserSession?.value ?? '')
      return refuse({ code: result.kind === 'leaving' ? 'leaving' : (result.problem?.kind ?? 'signed_out') })
    },
    codeFor,
    exchange,
    /** Signs in for an application, whose tokens these are. */
    async tokensFor(person: Person, clientId = 'web'): Promise<SessionTokens & { readonly clientId: string }> {
      return { ...valueFrom(await exchange(await codeFor(person, clientId), clientId)), clientId }
    },
    refresh({ refreshToken = '', clientId }: SessionTokens & { readonly clientId: string }) {
      const client = { kind: 'client', clientId, clientSecret: undefined, format: 'signed' } as const
      return useCases.refreshSession({ tenant, client, refreshToken, caller: CALLER })
    },
    whoIsIn: (browserSession: string) => useCases.describeBrowserSession({ tenant, browserSession }),
    /** What a form of the person's page brings. */
    async formOf({ session }: Pick<Person, 'session'>) {
      const described = await useCases.describeBrowserSession({ tenant, browserSession: session })
      return { tenant, browserSession: session, formToken: described.ok ? described.value.formToken : '', caller: CALLER }
    },
    close: () => house.store.close(),
  }
}

/** The real server on a real socket, with people who sign in on its pages and applications that send them there. */
import { createHash } from 'node:crypto'
import { openServedHouse, type ServedHouse, type ServedHouseOptions } from '../../packages/server/src/testing/served-house.ts'
import { A_PASSWORD, type EmptyHouse, PLAIN_ACCOUNT, valueFrom } from '../../packages/server/src/testing/test-house.ts'
import type { NewApplication } from '../../packages/server/src/use-cases/use-cases.ts'

/** An application of VPaaS, as it names itself. */
export interface App {
  readonly clientId: string
  readonly apiKey: string
}

export interface Person {
  readonly name: string
  readonly login: string
  readonly password: string
}

export interface SignInServer {
  /** Without a trailing slash. */
  readonly address: string
  readonly house: EmptyHouse
  /** Shows the code to who has nothing installed. */
  readonly showing: App
  /** Opens by its scheme. */
  readonly opening: App
  readonly anna: Person
  readonly bert: Person
  /** Step 1 of the document. @returns the address that the answer sends a browser to */
  startLogin(app: App, parameters?: Readonly<Record<string, string>>): Promise<string>
  /** Step 2 of the document. */
  exchange(app: App, authCode: string, more?: Readonly<Record<string, string>>): Promise<Response>
  /** Step 3 of the document. */
  askWhose(app: App, accessToken: string): Promise<Response>
  /** An application of the page's own door. */
  makeWeb(clientId: string, redirectUri: string): Promise<void>
  /** Ends the process's part of the server, and begins it anew on the same store and the same port. */
  restart(): Promise<void>
  stop(): Promise<void>
}

const TENANT = 'acme'
const ORGANISATION = 'Households'
export const APP_URI = 'smarthubplatform://login'
export const SHOWING_NAME = 'Comfort Phone'
export const OPENING_NAME = 'Kitchen Speaker'

export async function startSignInServer(options: ServedHouseOptions = {}): Promise<SignInServer> {
  let served = await openServedHouse(options)
  const { useCases } = served.house
  valueFrom(await useCases.createTenant({ name: TENANT, hostNames: [], doors: ['vpaas', 'idm'], isDefault: true }))
  valueFrom(await useCases.createOrganisation({ tenant: TENANT, name: ORGANISATION }))
  const anna = await makePerson(served, 'Anna')
  const bert = await makePerson(served, 'Bert')
  const showing = await makeApp(served, { clientId: 'showing', name: SHOWING_NAME, showsCode: true })
  const opening = await makeApp(served, { clientId: 'opening', name: OPENING_NAME })
  const address = `http://127.0.0.1:${served.port}`
  const post = (path: string, app: App, body: object) =>
    fetch(address + path, {
      method: 'POST',
      headers: { apikey: app.apiKey, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  return {
    address,
    get house() {
      return served.house
    },
    anna,
    bert,
    showing,
    opening,
    async startLogin({ apiKey, clientId }, parameters = {}) {
      const query = new URLSearchParams({ clientId, scope: 'CompApp', ...parameters })
      const answer = await fetch(`${address}/user/api/v2/login?${query}`, { headers: { apikey: apiKey }, redirect: 'manual' })
      const location = answer.headers.get('location')
      if (answer.status !== 302 || location === null) throw new Error(`login answers ${answer.status}: ${await answer.text()}`)
      return location
    },
    exchange: (app, authCode, more = {}) => post('/user/api/v2/exchange-auth-code', app, { authCode, clientId: app.clientId, ...more }),
    askWhose: ({ apiKey }, token) => fetch(`${address}/user/api/v1/`, { headers: { apikey: apiKey, authorization: `Bearer ${token}` } }),
    async makeWeb(clientId, redirectUri) {
      const application = { tenant: TENANT, clientId, name: clientId, door: 'idm', redirectUris: [redirectUri] }
      valueFrom(await served.house.useCases.createApplication(application))
    },
    async restart() {
      const { port, house } = served
      await served.stop()
      // Other randomness: a process that begins does not repeat what another has made.
      served = await openServedHouse({ ...options, port, clock: house.clock, seed: 'after the restart' })
    },
    stop: () => served.stop(),
  }
}

async function makePerson({ house }: ServedHouse, name: string): Promise<Person> {
  const person = { name, login: `${name.toLowerCase()}@acme.example`, password: `${A_PASSWORD} of ${name}` }
  const account = {
    ...PLAIN_ACCOUNT,
    tenant: TENANT,
    organisation: ORGANISATION,
    name,
    loginIds: [person.login],
    password: person.password,
  }
  valueFrom(await house.useCases.createAccount(account))
  return person
}

async function makeApp({ house }: ServedHouse, request: Pick<NewApplication, 'clientId' | 'name'> & Partial<NewApplication>): Promise<App> {
  const { clientId } = request
  valueFrom(await house.useCases.createApplication({ tenant: TENANT, door: 'vpaas', ...request }))
  const { apiKey } = valueFrom(await house.useCases.createApiKey({ tenant: TENANT, clientId, name: 'test' }))
  return { clientId, apiKey }
}

export const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url')

/** The request of an application of the page's own door. */
export function authorizationUrl(
  { address }: Pick<SignInServer, 'address'>,
  clientId: string,
  redirectUri: string,
  more: Readonly<Record<string, string>> = {},
): string {
  const query = {
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
  }
  return `${address}/oauth2/auth?${new URLSearchParams({ ...query, state: 'the state', ...more })}`
}

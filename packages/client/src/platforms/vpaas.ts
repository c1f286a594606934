import { PASTED, SECRET, TEXT } from '../check-options.ts'
import { type ConnectionOptions, openConnection } from '../connect-platform.ts'
import type { Connection } from '../connection.ts'
import { RingkeyError } from '../error.ts'
import type { Answer, Exchange } from '../exchange.ts'
import type { Grant } from '../grant.ts'
import {
  type Account,
  misfit,
  type Place,
  type Platform,
  required,
  requiredSecret,
  type SecretText,
  secondsIn,
  textIn,
  wrap,
} from '../platform.ts'
import { Secret } from '../secret.ts'

export interface VpaasCredentials {
  readonly clientId: string
  readonly apiKey: SecretText
  /** By default `CompApp`, as the document has it. */
  readonly scope?: string
  /** What the browser came back with: the code, or the whole address. Without it `askForCode` is called when nobody is signed in. */
  readonly authCode?: SecretText
  /** Tells the kept tokens of several people apart. */
  readonly account?: string
}

const TITLE = 'VPaaS'
const CALL_PATH = '/user/api/v2'

/** @see https://developer.telekom.com/idm-token */
export const vpaas: Platform<VpaasCredentials> = {
  name: 'vpaas',
  baseUrl: 'https://api.voiceui.telekom.net',
  droppedPath: /\/user\/api(?:\/v\d)?$/,
  credentials: { clientId: TEXT, apiKey: SECRET, scope: TEXT, authCode: PASTED, account: TEXT },
  open: openAccount,
}

interface App {
  readonly baseUrl: string
  readonly clientId: string
  readonly apiKey: Secret
  readonly scope: string
}

function openAccount(credentials: VpaasCredentials, { baseUrl, askForCode, open }: Place): Account {
  const clientId = required(credentials.clientId, `The clientId of ${TITLE}`)
  const apiKey = requiredSecret(credentials.apiKey, `The apiKey of ${TITLE}`)
  const { scope = 'CompApp', account = '' } = credentials
  const code = credentials.authCode === undefined ? undefined : readCode(wrap(credentials.authCode))
  const app: App = { baseUrl, clientId, apiKey, scope }
  const signInAdvice = 'Run: ringkey login vpaas'
  return {
    identity: ['app', clientId, scope, account],
    secrets: code === undefined ? [apiKey] : [apiKey, code],
    attended: {
      code,
      async ask(exchange) {
        if (askForCode === undefined)
          throw new RingkeyError('reauthentication_required', `Nobody is signed in to ${TITLE}. ${signInAdvice}`)
        const address = await startLogin(app, exchange)
        await open?.(address)
        return readCode(new Secret(await askForCode(address)))
      },
      redeem: (given, exchange) => askForTokens(app, 'exchange-auth-code', { authCode: given.reveal(), clientId }, exchange),
    },
    canRefresh: ({ refreshToken }) => refreshToken !== undefined,
    refresh: ({ refreshToken }, exchange) =>
      askForTokens(app, 'refresh-platform-token', { clientId, refreshToken: refreshToken?.reveal() }, exchange),
    headers: (value) => ({ apikey: apiKey.reveal(), authorization: `Bearer ${value}` }),
    signInAdvice,
  }
}

/** The code alone, or out of `smarthubplatform://login?authCode=…`, wherever in the query it stands. */
function readCode(pasted: Secret): Secret {
  const text = pasted.reveal().replace(/\s/g, '')
  const [, named] = /[?&#]authCode=([^&#]*)/.exec(text) ?? []
  if (named !== undefined) return new Secret(decodeURIComponent(named.replace(/%(?![\da-f]{2})/gi, '%25')))
  if (/:\/\//.test(text) || text === '') {
    throw new RingkeyError(
      'credentials_refused',
      'The pasted address has no authCode. Sign in again, and paste what the browser shows at the end.',
    )
  }
  return new Secret(text)
}

/** @returns the address for the browser */
async function startLogin({ baseUrl, clientId, apiKey, scope }: App, exchange: Exchange): Promise<string> {
  const url = `${baseUrl}${CALL_PATH}/login?${new URLSearchParams({ clientId, scope })}`
  const answer = await exchange.send({ method: 'GET', url, headers: { apikey: apiKey.reveal() } })
  // The document says "redirect", and shows a text that says so: either will do.
  const address = answer.location ?? /Redirect to (\S+)/.exec(answer.text)?.[1]
  if (answer.status < 400 && address !== undefined && /^https?:\/\//.test(address)) return address
  throw refusalOf(answer, exchange) ?? misfit(TITLE, answer)
}

async function askForTokens(
  { baseUrl, apiKey }: App,
  path: string,
  json: Readonly<Record<string, unknown>>,
  exchange: Exchange,
): Promise<Grant> {
  const answer = await exchange.send({ method: 'POST', url: `${baseUrl}${CALL_PATH}/${path}`, headers: { apikey: apiKey.reveal() }, json })
  const token = textIn(answer, 'accessToken')
  if (answer.status !== 200 || token === undefined) throw refusalOf(answer, exchange) ?? misfit(TITLE, answer)
  const refreshToken = textIn(answer, 'refreshToken')
  return {
    accessToken: new Secret(token),
    issuedAt: answer.at,
    expiresAt: readExpiry(answer),
    ...(refreshToken === undefined ? {} : { refreshToken: new Secret(refreshToken) }),
    scope: textIn(answer, 'scope'),
  }
}

/** `expiresIn` counts from now and needs no clock; `expiresAt` has microseconds, and blanks in one of the document's examples. */
function readExpiry(answer: Answer): number | undefined {
  const seconds = secondsIn(answer, 'expiresIn')
  if (seconds !== undefined) return answer.at + seconds * 1000
  const at = Date.parse((textIn(answer, 'expiresAt') ?? '').replace(/\s/g, '').replace(/(\.\d{3})\d*/, '$1'))
  return Number.isNaN(at) ? undefined : at
}

function refusalOf(answer: Answer, exchange: Exchange): RingkeyError | undefined {
  const { status, body } = answer
  if (![400, 401, 403].includes(status)) return undefined
  const said = exchange.quote(answer)
  // A refused code or token names the API key too, as one of the things that it may not go with.
  if (body.error !== 'invalid_grant' && (body.error === 'invalid_api_key' || /api key|invalid authentication credentials/i.test(said))) {
    return new RingkeyError('configuration', `${TITLE} refused the client: ${said}. Correct apiKey and clientId.`, {
      status,
      outcome: 'not_done',
    })
  }
  return new RingkeyError('credentials_refused', `${TITLE} refused: ${said}. Sign in again.`, { status, outcome: 'not_done' })
}

/** As `connect('vpaas', …)`, without the other platforms. */
export function connect(credentials: VpaasCredentials, options?: ConnectionOptions): Promise<Connection> {
  return openConnection(vpaas, credentials, options)
}

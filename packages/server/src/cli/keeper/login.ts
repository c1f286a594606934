import type { Secret } from '@ringkey/client'
import { askHidden } from '../ask-hidden.ts'
import { type Answer, accept, type Result, type Stop, stop } from './answer.ts'
import type { KeeperDeps } from './keeper-deps.ts'
import { findBrowser } from './open-browser.ts'
import { isName, type NamedSignIn, openSignIn, openStore } from './open-sign-in.ts'
import { readSecret } from './read-secret.ts'
import { changeSignIns, type PlatformName, readSignIns, type SignIn } from './sign-ins.ts'

export interface LoginOptions {
  readonly as?: string
  readonly baseUrl?: string
  readonly apiUrl?: string
  readonly email?: string
  readonly clientId?: string
  readonly scope?: string
  readonly impersonate?: string
  readonly secretFile?: string
  readonly secretStdin?: true
  readonly withToken?: true
  readonly keepPassword?: true
  readonly codeFile?: string
  readonly codeStdin?: true
  /** False: `--no-browser`. */
  readonly browser?: boolean
  /** Secrets that somebody has put among the arguments. */
  readonly misplaced: boolean
}

export const SECRET_FLAGS = '--secret-file and --secret-stdin'
const CODE_FLAGS = '--code-file and --code-stdin'
const QUESTIONS = { password: 'Password: ', token: 'Token: ', api_key: 'API key: ', client_secret: 'Client secret: ' } as const

const TEXT_FLAGS = [
  ['--base-url', 'baseUrl'],
  ['--api-url', 'apiUrl'],
  ['--email', 'email'],
  ['--client-id', 'clientId'],
  ['--scope', 'scope'],
  ['--impersonate', 'impersonate'],
] as const

/** Signs in, and keeps the sign-in only once the platform has accepted it. */
export async function login(deps: KeeperDeps, platform: PlatformName, options: LoginOptions): Promise<Answer> {
  const name = options.as ?? platform
  const misuse = findMisuse(platform, name, options)
  if (misuse !== undefined) return misuse
  const behind = openStore(deps)
  const earlier = (await readSignIns(behind)).get(name)
  const described = describe(platform, options, earlier?.platform === platform ? earlier : undefined)
  if (!described.ok) return described
  const secret = await findSecret(deps, described.value, options)
  if (!secret.ok) return secret
  const signIn: SignIn = { ...described.value, secret: secret.value }
  const refused = await signInTo(deps, { name, signIn }, options)
  if (refused !== undefined) return refused
  const isKept = signIn.secretIs !== 'password' || options.keepPassword === true
  await changeSignIns(behind, (signIns) => signIns.set(name, isKept ? signIn : described.value))
  return accept({
    document: { name, platform, account: accountOf(signIn), store: behind.name, secretKept: isKept },
    notes: [`Signed in as ${name}. Kept in ${behind.name}${isKept ? ', with the secret' : ', without the password'}.`],
  })
}

function findMisuse(platform: PlatformName, name: string, options: LoginOptions): Stop | undefined {
  if (options.misplaced) {
    return stop(
      'usage',
      `A secret is not given as an argument, where others can see it. Give one of ${SECRET_FLAGS}, or neither to be asked.`,
    )
  }
  const [blank] = TEXT_FLAGS.filter(([, flag]) => options[flag]?.trim() === '')
  if (blank !== undefined) return stop('usage', `There is nothing after ${blank[0]}.`)
  if (/\s/.test(options.email?.trim() ?? '')) return stop('usage', 'The name after --email has a blank in it.')
  if (!isName(name)) return stop('usage', 'The name after --as must be letters, digits and . _ -, at most 64.')
  if (options.secretStdin && options.codeStdin) return stop('usage', 'Only one secret can come from standard input.')
  const hasPassword = platform !== 'vpaas' && platform !== 'oauth'
  const isFamily = platform === 'smartflo' || platform === 'servetel'
  if (options.withToken && !isFamily) return stop('usage', '--with-token is for smartflo and servetel, which have permanent tokens.')
  if (options.keepPassword && !hasPassword) return stop('usage', '--keep-password is for platforms with a password.')
  if (options.impersonate !== undefined && platform !== 'voipex') return stop('usage', '--impersonate is for voipex.')
  if ((options.codeFile !== undefined || options.codeStdin) && platform !== 'vpaas') return stop('usage', 'A code is for vpaas.')
  return undefined
}

/** All but the secret. What is not given is as it was at the last sign-in under this name. */
function describe(platform: PlatformName, options: LoginOptions, earlier: SignIn | undefined): Result<SignIn> {
  const signIn: SignIn = {
    platform,
    baseUrl: options.baseUrl ?? earlier?.baseUrl,
    apiUrl: options.apiUrl ?? earlier?.apiUrl,
    email: options.withToken ? undefined : (options.email ?? earlier?.email),
    clientId: options.clientId ?? earlier?.clientId,
    scope: options.scope ?? earlier?.scope,
    impersonate: options.impersonate ?? earlier?.impersonate,
    secretIs: platform === 'vpaas' ? 'api_key' : platform === 'oauth' ? 'client_secret' : options.withToken ? 'token' : 'password',
  }
  if (signIn.secretIs === 'password' && signIn.email === undefined) return stop('usage', 'Whose password is it? Give --email.')
  if ((platform === 'vpaas' || platform === 'oauth') && signIn.clientId === undefined)
    return stop('usage', 'Which application is it? Give --client-id.')
  if (platform === 'oauth' && signIn.baseUrl === undefined) return stop('usage', 'Which server is it? Give its issuer as --base-url.')
  return accept(signIn)
}

async function findSecret(deps: KeeperDeps, { secretIs }: SignIn, { secretFile, secretStdin }: LoginOptions): Promise<Result<Secret>> {
  const secret = await readSecret(deps, { file: secretFile, stdin: secretStdin, flags: SECRET_FLAGS }, QUESTIONS[secretIs])
  const standsInHeader = secretIs === 'token' || secretIs === 'api_key'
  if (!secret.ok || !standsInHeader || /^[\x20-\x7e]+$/.test(secret.value.reveal().trim())) return secret
  return stop('usage', 'A token or an API key is letters, digits and signs. Give it as the platform shows it.')
}

/** A token that is still good does not pass for the password: the platform is asked. A given token takes the place of what cannot be read. @returns why there is no sign-in */
async function signInTo(deps: KeeperDeps, named: NamedSignIn, options: LoginOptions): Promise<Stop | undefined> {
  const { signIn } = named
  if (signIn.platform !== 'vpaas') await (await openSignIn(deps, named)).signIn()
  else if (options.codeFile === undefined && !options.codeStdin) return signInByBrowser(deps, named, options)
  else {
    const code = await readSecret(deps, { file: options.codeFile, stdin: options.codeStdin, flags: CODE_FLAGS }, '')
    if (!code.ok) return code
    await (await openSignIn(deps, named, { authCode: code.value.reveal() })).token()
  }
  return undefined
}

async function signInByBrowser(
  deps: KeeperDeps,
  named: NamedSignIn,
  { browser: isWanted = true }: LoginOptions,
): Promise<Stop | undefined> {
  const browser: { answer?: Result<string> } = {}
  const askForCode = async (address: string): Promise<string> => {
    const answer = await askInBrowser(deps, address)
    browser.answer = answer
    if (answer.ok) return answer.value
    throw new Error('nobody has signed in')
  }
  const open = isWanted ? findBrowser(deps) : undefined
  try {
    const connection = await openSignIn(deps, named, { askForCode, ...(open === undefined ? {} : { open }) })
    // Where nobody was signed in, somebody has been asked by now.
    if (browser.answer === undefined) await connection.signIn()
    return undefined
  } catch (error) {
    if (browser.answer?.ok === false) return browser.answer
    throw error
  }
}

/** Shows the address; what the browser comes back with is pasted here, or given to a second command. */
async function askInBrowser({ streams }: KeeperDeps, address: string): Promise<Result<string>> {
  const sentence = `Open this address in a browser, and sign in:\n\n  ${address}\n`
  if (streams.stdin.isTTY !== true) {
    const pending = stop(
      'pending',
      `${sentence}\nThen run the same command with one of ${CODE_FLAGS}: the code, or the address that the browser came back to.`,
    )
    return { ...pending, document: { pending: true, address } }
  }
  streams.stderr.write(`${sentence}\n`)
  const answers = await askHidden(streams, ['Paste the code, or the address that the browser came back to: '])
  return answers === undefined ? stop('interrupted', 'Given up; nothing was changed.') : accept(answers[0] ?? '')
}

/** Who it is, for people. */
export function accountOf({ email, clientId, impersonate }: SignIn): string | null {
  return impersonate ?? email ?? clientId ?? null
}

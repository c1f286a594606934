import { type Connection, type ConnectionOptions, connect, type Store } from '@ringkey/client'
import { defaultFolder, fileStore } from '@ringkey/client/file-store'
import { accept, type Result, stop } from './answer.ts'
import type { KeeperDeps } from './keeper-deps.ts'
import { PLATFORMS, readSignIns, type SignIn, type SignIns } from './sign-ins.ts'

export interface NamedSignIn {
  readonly name: string
  readonly signIn: SignIn
}

export function openStore(deps: KeeperDeps): Store {
  return deps.store ?? fileStore(defaultFolder())
}

/** What a person types to sign in again under this name. The rest is remembered. */
export function signInCommand({ name, signIn: { platform } }: NamedSignIn): string {
  return name === platform ? `ringkey login ${platform}` : `ringkey login ${platform} --as ${name}`
}

/** @param name undefined: the only one that there is */
export async function findSignIn(deps: KeeperDeps, name: string | undefined): Promise<Result<NamedSignIn>> {
  return pick(await readSignIns(openStore(deps)), name)
}

function pick(signIns: SignIns, named: string | undefined): Result<NamedSignIn> {
  if (named === undefined && signIns.size > 1) {
    return stop('usage', `There are several sign-ins. Name one: ${[...signIns.keys()].join(', ')}.`)
  }
  const name = named ?? [...signIns.keys()][0]
  const signIn = name === undefined ? undefined : signIns.get(name)
  if (name === undefined || signIn === undefined) {
    const sentence =
      name === undefined ? 'Nobody is signed in.' : 'There is no sign-in with this name; `ringkey status` shows those that there are.'
    return stop('signInNeeded', `${sentence} Run: ringkey login ${firstSignInAs(name)}`)
  }
  return accept({ name, signIn })
}

/** What stands behind `ringkey login` for a name that there is not yet. */
function firstSignInAs(name: string | undefined): string {
  if (name === undefined || !isName(name)) return '<platform>'
  return PLATFORMS.some((platform) => platform === name) ? name : `<platform> --as ${name}`
}

export function isName(text: string): boolean {
  return /^[a-z\d][\w.-]{0,63}$/i.test(text)
}

export async function openNamed(
  deps: KeeperDeps,
  name: string | undefined,
): Promise<Result<NamedSignIn & { readonly connection: Connection }>> {
  const found = await findSignIn(deps, name)
  return found.ok ? accept({ ...found.value, connection: await openSignIn(deps, found.value) }) : found
}

export type SignInOptions = Pick<ConnectionOptions, 'askForCode' | 'open'> & { readonly authCode?: string | undefined }

export function openSignIn(deps: KeeperDeps, named: NamedSignIn, { authCode, ...given }: SignInOptions = {}): Promise<Connection> {
  const { platform, baseUrl, apiUrl, email, clientId, scope, impersonate, secret, secretIs } = named.signIn
  const options: ConnectionOptions = {
    store: openStore(deps),
    signInAdvice: `Run: ${signInCommand(named)}`,
    // Each name has a session of its own. Under the platform's own name it is the one of programs that use the client.
    name: named.name === platform ? '' : named.name,
    ...withoutGaps({ baseUrl: platform === 'oauth' ? undefined : baseUrl, apiUrl, environment: deps.environment }),
    ...given,
  }
  const password = secretIs === 'password' ? secret : undefined
  switch (platform) {
    case 'smartflo':
    case 'servetel':
      return connect(platform, secretIs === 'token' ? withoutGaps({ token: secret }) : withoutGaps({ email, password }), options)
    case 'voipex':
      return connect(platform, { email: email ?? '', ...withoutGaps({ password, clientId, scope, impersonate }) }, options)
    case 'vpaas':
      return connect(
        platform,
        { clientId: clientId ?? '', apiKey: secret ?? '', ...withoutGaps({ scope, authCode, account: email }) },
        options,
      )
    case 'oauth':
      return connect({ issuer: baseUrl ?? '', clientId: clientId ?? '', ...withoutGaps({ clientSecret: secret, scope }) }, options)
  }
}

type WithoutGaps<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> }

/** What was not given is not there, rather than undefined. */
function withoutGaps<Fields extends object>(fields: Fields): WithoutGaps<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as WithoutGaps<Fields>
}

import { type Connection, type ConnectionOptions, connect, type Store } from '@ringkey/client'
import { defaultFolder, fileStore } from '@ringkey/client/file-store'
import { accept, type Result, stop } from './answer.ts'
import type { KeeperDeps } from './keeper-deps.ts'
import { readSignIns, type SignIn, type SignIns } from './sign-ins.ts'

export interface NamedSignIn {
  readonly name: string
  readonly signIn: SignIn
}

export function openStore(deps: KeeperDeps): Store {
  return deps.store ?? fileStore(defaultFolder())
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
    return stop('signInNeeded', `${sentence} Run: ringkey login <platform>`)
  }
  return accept({ name, signIn })
}

export async function openNamed(
  deps: KeeperDeps,
  name: string | undefined,
): Promise<Result<NamedSignIn & { readonly connection: Connection }>> {
  const found = await findSignIn(deps, name)
  return found.ok ? accept({ ...found.value, connection: await openSignIn(deps, found.value.signIn) }) : found
}

export type SignInOptions = Pick<ConnectionOptions, 'askForCode'> & { readonly authCode?: string | undefined }

export function openSignIn(deps: KeeperDeps, signIn: SignIn, { authCode, ...given }: SignInOptions = {}): Promise<Connection> {
  const { platform, baseUrl, apiUrl, email, clientId, scope, impersonate, secret, secretIs } = signIn
  const options: ConnectionOptions = {
    store: openStore(deps),
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

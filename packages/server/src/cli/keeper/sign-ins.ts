/**
 * Which sign-ins there are, by the names that people call them. One value of the client's store holds them all, so that a list needs
 * no second file and two that write at once lose nothing. Tokens are not here: the client keeps those under keys of its own.
 */
import { RingkeyError, Secret, type Store } from '@ringkey/client'

export const PLATFORMS = ['smartflo', 'servetel', 'voipex', 'vpaas', 'oauth'] as const
export type PlatformName = (typeof PLATFORMS)[number]

export interface SignIn {
  readonly platform: PlatformName
  readonly baseUrl?: string | undefined
  readonly apiUrl?: string | undefined
  readonly email?: string | undefined
  readonly clientId?: string | undefined
  readonly scope?: string | undefined
  readonly impersonate?: string | undefined
  /** Kept because renewal or every call needs it, or because somebody asked for it. */
  readonly secret?: Secret | undefined
  /** A token takes the place of a password. */
  readonly secretIs: 'password' | 'token' | 'api_key' | 'client_secret'
}

export type SignIns = ReadonlyMap<string, SignIn>

const KEY = 'sign-ins'
/** Each failure means that another has written meanwhile. */
const MAX_TURNS = 100

export async function readSignIns(store: Store): Promise<SignIns> {
  return decode((await store.read(KEY))?.value)
}

export async function changeSignIns(store: Store, change: (signIns: Map<string, SignIn>) => void): Promise<void> {
  for (let turn = 0; turn < MAX_TURNS; turn += 1) {
    const kept = await store.read(KEY)
    const signIns = new Map(decode(kept?.value))
    change(signIns)
    const value = signIns.size === 0 ? undefined : encode(signIns)
    if ((await store.swap(KEY, kept?.version, value)) !== undefined) return
  }
  throw new RingkeyError('store_unavailable', `Others write to ${store.name} all the time. Try again.`)
}

function encode(signIns: SignIns): string {
  const entries = [...signIns].map(([name, { secret, ...rest }]) => [name, { ...rest, secret: secret?.reveal() }])
  return JSON.stringify({ v: 1, signIns: Object.fromEntries(entries) })
}

function decode(text: string | undefined): SignIns {
  if (text === undefined) return new Map()
  const stored = parse(text)
  if (stored?.v !== 1 || typeof stored.signIns !== 'object') {
    throw new RingkeyError(
      'store_unavailable',
      'The list of sign-ins cannot be read by this version. Use the newer one, or sign in anew in another RINGKEY_HOME.',
    )
  }
  return new Map(
    Object.entries(stored.signIns).map(([name, { secret, ...rest }]) => [
      name,
      { ...rest, ...(secret === undefined ? {} : { secret: new Secret(secret) }) },
    ]),
  )
}

interface Stored {
  readonly v: number
  readonly signIns: Readonly<Record<string, Omit<SignIn, 'secret'> & { readonly secret?: string }>>
}

/** Of a text that is no list nothing is told: it may hold a secret. */
function parse(text: string): Stored | undefined {
  try {
    return JSON.parse(text) as Stored
  } catch {
    return undefined
  }
}

import { isObject } from './check-options.ts'
import { type ConnectionOptions, openConnection } from './connect-platform.ts'
import type { Connection } from './connection.ts'
import { RingkeyError } from './error.ts'
import type { Platform } from './platform.ts'
import { connect as connectOAuth, type OAuthCredentials } from './platforms/oauth.ts'
import { type Platforms, platforms } from './registry.ts'

export type PlatformName = keyof Platforms
export type CredentialsOf<Name extends PlatformName> = Platforms[Name] extends Platform<infer Credentials> ? Credentials : never

/**
 * Gets tokens of a platform and keeps them fresh.
 *
 *     const smartflo = await connect('smartflo', { email, password })
 *     const calls = await smartflo.fetch('/v1/call/records')
 *     const { value } = await smartflo.token({ minValiditySeconds: 300 })
 *
 * Nothing is asked of the platform before a token is needed, but where a person signs in.
 * @param platform a name, or a platform of your own
 * @throws RingkeyError
 */
export function connect<Name extends PlatformName>(
  platform: Name,
  credentials: CredentialsOf<Name>,
  options?: ConnectionOptions,
): Promise<Connection>
export function connect<Credentials>(
  platform: Platform<Credentials>,
  credentials: Credentials,
  options?: ConnectionOptions,
): Promise<Connection>
export function connect(credentials: OAuthCredentials, options?: ConnectionOptions): Promise<Connection>
export async function connect(
  first: PlatformName | Platform<unknown> | OAuthCredentials,
  second: unknown = {},
  options?: ConnectionOptions,
): Promise<Connection> {
  if (typeof first === 'string') return openConnection(findPlatform(first), second, options)
  if (isPlatform(first)) return openConnection(first, second, options)
  if (isObject(first) && 'issuer' in first) return connectOAuth(first, second as ConnectionOptions)
  const sentence = `Give connect() first the name of a platform (${names()}), a platform of your own, or issuer and clientId of an OAuth server.`
  throw new RingkeyError('configuration', sentence)
}

function isPlatform(given: unknown): given is Platform<unknown> {
  return isObject(given) && typeof given.name === 'string' && typeof given.open === 'function'
}

const names = () => Object.keys(platforms).join(', ')

/** Each takes credentials of its own, which the overloads above have seen to. */
function findPlatform(name: string): Platform<unknown> {
  if (Object.hasOwn(platforms, name)) return platforms[name as PlatformName] as Platform<unknown>
  throw new RingkeyError('configuration', `There is no platform of that name. There are ${names()}.`)
}

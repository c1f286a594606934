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
  if (typeof first !== 'string' && 'issuer' in first) return connectOAuth(first, second as ConnectionOptions)
  const platform = typeof first === 'string' ? findPlatform(first) : first
  return openConnection(platform, second, options)
}

/** Each takes credentials of its own, which the overloads above have seen to. */
function findPlatform(name: string): Platform<unknown> {
  if (Object.hasOwn(platforms, name)) return platforms[name as PlatformName] as Platform<unknown>
  throw new RingkeyError('configuration', `There is no platform "${name}". There are ${Object.keys(platforms).join(', ')}.`)
}

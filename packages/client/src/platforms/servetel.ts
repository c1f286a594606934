import { type ConnectionOptions, openConnection } from '../connect-platform.ts'
import type { Connection } from '../connection.ts'
import type { Platform } from '../platform.ts'
import { createFamilyPlatform, type PasswordCredentials } from './smartflo-family.ts'

/** @see https://docs.servetel.in/reference/authentication-using-tokens */
export const servetel: Platform<PasswordCredentials> = createFamilyPlatform({
  name: 'servetel',
  title: 'Servetel',
  baseUrl: 'https://api.servetel.in',
})

/** As `connect('servetel', …)`, without the other platforms. */
export function connect(credentials: PasswordCredentials, options?: ConnectionOptions): Promise<Connection> {
  return openConnection(servetel, credentials, options)
}

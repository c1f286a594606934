import { type ConnectionOptions, openConnection } from '../connect-platform.ts'
import type { Connection } from '../connection.ts'
import type { Platform } from '../platform.ts'
import { createFamilyPlatform, type PasswordCredentials } from './smartflo-family.ts'

/** @see https://docs.smartflo.tatatelebusiness.com/reference/generate-a-token */
export const smartflo: Platform<PasswordCredentials> = createFamilyPlatform({
  name: 'smartflo',
  title: 'Smartflo',
  baseUrl: 'https://api-smartflo.tatateleservices.com',
})

/** As `connect('smartflo', …)`, without the other platforms. */
export function connect(credentials: PasswordCredentials, options?: ConnectionOptions): Promise<Connection> {
  return openConnection(smartflo, credentials, options)
}

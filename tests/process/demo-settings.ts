import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Installation } from './launch.ts'

interface DoorSettings {
  readonly baseUrl: string
  readonly email: string
  readonly password: string
  readonly apiKey: string
}

interface VoipexSettings {
  readonly baseUrl: string
  readonly clientId: string
  readonly username: string
  readonly password: string
  readonly impersonation: { readonly username: string; readonly password: string; readonly email: string }
}

interface VpaasSettings extends DoorSettings {
  readonly clientId: string
  readonly scope: string
}

/** What a demo wrote down about itself. */
export function readDemo({ dataDir }: Pick<Installation, 'dataDir'>): {
  readonly smartflo: DoorSettings
  readonly servetel: DoorSettings
  readonly voipex: VoipexSettings
  readonly vpaas: VpaasSettings
  readonly checking: { readonly baseUrl: string; readonly apiKey: string }
  readonly idm: { readonly baseUrl: string; readonly email: string; readonly password: string }
} {
  return JSON.parse(readFileSync(join(dataDir, 'demo.json'), 'utf8'))
}

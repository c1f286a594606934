/** What the guide shows and did not make itself. */
import type { DoorName } from '../../domain/tenant.ts'
import type { DemoSettings } from '../door-demo.ts'

export interface GuideMaterial {
  readonly version: string
  /** A text that nobody can guess, for a form that needs one of its own. */
  readonly makeSecret: () => string
  /** A file that was made when the program was built. */
  readonly readBuilt: (name: BuiltFile) => Promise<string>
  /** What the demo knows of a door; undefined: this is no demo, or the door has none. */
  readonly demoSettingsOf: (door: DoorName) => DemoSettings | undefined
  /** The tenants of the demo; none: this is no demo. */
  readonly demoTenants: () => readonly DemoTenantLink[]
  /** What the demo would have sent to telephones, the newest first; undefined: this is no demo. */
  readonly demoOutbox: (() => readonly SentMessage[]) | undefined
}

export interface SentMessage {
  readonly to: string
  readonly text: string
}

export interface DemoTenantLink {
  readonly name: string
  /** Without a trailing slash. */
  readonly baseUrl: string
  /** What people call its doors. */
  readonly doors: readonly string[]
}

/** `openapi.json`: what each door says of itself, by its name; `front-page.js`: the script of the front page. */
export type BuiltFile = 'openapi.json' | 'front-page.js'

/** How a door is tried out: what its demo needs, what `demo.json` has under its name, and the commands of its document, ready to paste. */
import type { DoorName } from '../domain/tenant.ts'
import type { NewApplication } from '../use-cases/use-cases.ts'

/** What a person or a program needs to know to use the door. `baseUrl` has no trailing slash; a documented path is appended to it as text. */
export type DemoSettings = Readonly<Record<string, DemoValue>> & { readonly baseUrl: string }

export type DemoValue = string | { readonly [name: string]: DemoValue }

export interface DemoAccount {
  /** Beside the first. */
  readonly loginIds?: readonly string[]
  readonly name?: string
  readonly roles?: readonly string[]
  readonly mayImpersonate?: boolean
}

/** Makes things in the demo's tenant. Each door asks for names of its own. */
export interface DemoKit {
  /** Name of the tenant. */
  readonly tenant: string
  /** One that the tenant has, for an application that could be any door's. */
  readonly door: DoorName
  /** Of the tenant, without a trailing slash. */
  readonly baseUrl: string
  /** An account with a random password. One that is there already gets a new password, and keeps its name and its rights. */
  account(loginId: string, more?: DemoAccount): Promise<{ readonly password: string }>
  /** One that is there already gets the addresses of this request, and keeps all else. */
  application(request: Partial<NewApplication> & Pick<NewApplication, 'clientId' | 'door'>): Promise<void>
  /** A new API key of an application. */
  apiKey(clientId: string): Promise<string>
}

export interface DoorDemo {
  /** Makes what the door's demo needs. @returns its settings but `baseUrl` */
  readonly prepare: (kit: DemoKit) => Promise<Readonly<Record<string, DemoValue>>>
  /** For what holds the tenant's address, when that has changed. What it was before goes on being good: a demo may run there. @returns as `prepare` */
  readonly move?: (kit: DemoKit, before: DemoSettings) => Promise<Readonly<Record<string, DemoValue>>>
  /** What stands in the commands where there is no demo: its settings but `baseUrl`. */
  readonly placeholders: (tenant: string) => Readonly<Record<string, DemoValue>>
  readonly commands: (settings: DemoSettings) => readonly DemoCommand[]
}

export interface DemoCommand {
  /** What it does, in one line. */
  readonly title: string
  /** For a POSIX shell. */
  readonly command: string
}

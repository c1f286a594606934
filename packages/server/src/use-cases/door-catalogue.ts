import type { ApplicationDefaults } from '../domain/application.ts'
import type { DoorName } from '../domain/tenant.ts'
import type { CreateApplication } from './use-cases.ts'

/** What operators' use cases know of the doors: data that the registry of front doors hands in. */
export interface DoorCatalogue {
  readonly defaultsOf: (door: DoorName) => ApplicationDefaults | undefined
  /** Whether the door takes sign-ins that name no client, and so needs an application of its own. */
  readonly signsInWithoutClient: (door: DoorName) => boolean
  /** Doors without which this one cannot do its work: opened with it. */
  readonly needs: (door: DoorName) => readonly DoorName[]
  /** The path, in its tenant, that an identity provider sends a browser back to; undefined: the door sends nobody to one. */
  readonly callbackPathOf: (door: DoorName) => string | undefined
  /** Two of these doors would share a path. */
  readonly collide: (doors: readonly DoorName[]) => boolean
}

/** Makes the application of a door's sign-ins, which name no client. One that is there already is left as it is. */
export async function createDoorApplication(createApplication: CreateApplication, tenant: string, door: DoorName): Promise<void> {
  const created = await createApplication({
    tenant,
    organisation: undefined,
    clientId: door,
    name: door,
    door,
    takesDoorSignIns: true,
    type: undefined,
    scope: undefined,
    audience: [],
    checks: 'none',
    passwordGrant: false,
    algorithm: undefined,
    lifetimes: {},
    refreshPolicy: undefined,
  })
  if (!created.ok && created.refusal.code !== 'taken')
    throw new Error(`the application of door ${door} could not be made: ${created.refusal.code}`)
}

import type { ApplicationDefaults, Lifetimes } from '../domain/application.ts'
import type { DoorName } from '../domain/tenant.ts'
import type { CreateApplication } from './use-cases.ts'

/** What operators' use cases know of the doors: data that the registry of front doors hands in. */
export interface DoorCatalogue {
  readonly defaultsOf: (door: DoorName) => ApplicationDefaults | undefined
  /** Whether the door takes sign-ins that name no client, and so needs an application of its own. */
  readonly signsInWithoutClient: (door: DoorName) => boolean
  /** The lifetimes of that application of its own; undefined: those of `defaultsOf`. */
  readonly ownLifetimesOf: (door: DoorName) => Lifetimes | undefined
  /** Doors without which this one cannot do its work: opened with it. */
  readonly needs: (door: DoorName) => readonly DoorName[]
  /** The path, in its tenant, that an identity provider sends a browser back to; undefined: the door sends nobody to one. */
  readonly callbackPathOf: (door: DoorName) => string | undefined
  /** Two of these doors would share a path. */
  readonly collide: (doors: readonly DoorName[]) => boolean
}

/** These doors and all that they need, and that these need: each once, after those that it needs. */
export function withNeeds({ needs }: Pick<DoorCatalogue, 'needs'>, names: readonly DoorName[]): readonly DoorName[] {
  const seen = new Set<DoorName>()
  const ordered: DoorName[] = []
  const visit = (name: DoorName): void => {
    if (seen.has(name)) return
    seen.add(name)
    needs(name).forEach(visit)
    ordered.push(name)
  }
  names.forEach(visit)
  return ordered
}

/** Makes the application of a door's sign-ins, where these name no client. One that is there already is left as it is. */
export async function createDoorApplication(
  { createApplication, doors }: { readonly createApplication: CreateApplication; readonly doors: DoorCatalogue },
  tenant: string,
  door: DoorName,
): Promise<void> {
  if (!doors.signsInWithoutClient(door)) return
  const lifetimes = doors.ownLifetimesOf(door)
  const created = await createApplication({ tenant, clientId: door, name: door, door, takesDoorSignIns: true, lifetimes })
  if (!created.ok && created.refusal.code !== 'taken')
    throw new Error(`the application of door ${door} could not be made: ${created.refusal.code}`)
}

/** The documents of tenants with all doors: no tenant has all at once, because some share paths. */
import { assembleDocument, type Fragments, type OpenApiDocument } from '../../packages/server/src/front-doors/guide/openapi-document.ts'
import { findCollisions, frontDoors } from '../../packages/server/src/front-doors/registry.ts'
import { guideMaterial } from '../../packages/server/src/testing/guide-material.ts'

const common = frontDoors.filter((door) => door.isInEveryTenant).map(({ name }) => name)

/** A document for each set of doors that get along. */
export async function everyDocument(): Promise<ReadonlyMap<string, OpenApiDocument>> {
  const fragments = JSON.parse(await guideMaterial.readBuilt('openapi.json')) as Fragments
  const others = frontDoors.filter((door) => !door.isInEveryTenant).map(({ name }) => name)
  const sets: string[][] = []
  for (const name of others) {
    const fitting = sets.find((set) => findCollisions([...set, name]).length === 0)
    if (fitting === undefined) sets.push([name])
    else fitting.push(name)
  }
  const documentOf = (doors: readonly string[]) =>
    assembleDocument(fragments, { name: 'acme', issuer: 'https://tokens.acme.example/t/acme', doors: [...common, ...doors] }, '1.2.3')
  return new Map(sets.map((set) => [set.join(', '), documentOf(set)] as const))
}

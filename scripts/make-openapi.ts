/** Makes `openapi.json`: what each door says of itself, with golden exchanges as examples. The program reads it when it is asked for it. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Fragments } from '../packages/server/src/front-doors/guide/openapi-document.ts'
import { frontDoors } from '../packages/server/src/front-doors/registry.ts'
import { describeDoor } from './openapi/describe-door.ts'
import { readExamples } from './openapi/example-exchanges.ts'

/** @param vectors the folder of golden exchanges */
export async function makeOpenApi(vectors: string): Promise<string> {
  const fragments = frontDoors.map(async (door) => {
    const examples = existsSync(join(vectors, door.name)) ? await readExamples(vectors, door.name) : []
    return [door.name, describeDoor(door, examples)] as const
  })
  const byDoor: Fragments = Object.fromEntries(await Promise.all(fragments))
  return JSON.stringify(byDoor)
}

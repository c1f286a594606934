import type { FrontDoor } from '../front-doors/front-door.ts'
import { coversPath } from '../front-doors/owned-paths.ts'
import type { TransportErrors } from '../front-doors/wire-error.ts'

/** @returns the door whose path it is, and its shape of what goes wrong there; undefined if it is none's */
export function doorOfPath(
  doors: readonly FrontDoor[],
  path: string,
): { readonly door: string; readonly errors: TransportErrors } | undefined {
  for (const { name, owns } of doors) {
    const area = owns.find(({ paths }) => paths.some((owned) => coversPath(owned, path)))
    if (area !== undefined) return { door: name, errors: area.errors }
  }
  return undefined
}

/**
 * No path of ours needs an escape, so one that has any is nobody's: the router would decode it and find a route, and a gateway in front
 * of us that decides by the path may not. A malformed escape is left to the router, which says so.
 * @param path as it was written
 */
export function isSpelledWithEscapes(path: string): boolean {
  return path.includes('%') && !/%(?![0-9a-f]{2})/i.test(path)
}

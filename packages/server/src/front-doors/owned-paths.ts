/**
 * A part of the paths of a tenant: a path (`/token`), or all below one (`/v1/*`, which is `/v1` and whatever follows `/v1/`).
 */
export type OwnedPath = `/${string}`

export function coversPath(owned: OwnedPath, path: string): boolean {
  if (!owned.endsWith('/*')) return path === owned
  const root = owned.slice(0, -2)
  return path === root || path.startsWith(`${root}/`)
}

/** Whether a path exists that both own. */
export function overlap(one: OwnedPath, other: OwnedPath): boolean {
  return coversPath(one, other.replace(/\/\*$/, '')) || coversPath(other, one.replace(/\/\*$/, ''))
}

/** The first releases of each line without the holes of March 2026 (CVE-2026-21637, -21710, -21714, -21717), which a server is open to. */
const FIRST_SAFE: ReadonlyMap<number, readonly [minor: number, patch: number]> = new Map([
  [20, [20, 2]],
  [22, [22, 2]],
  [24, [14, 1]],
  [25, [8, 2]],
])
const NEWEST_LISTED = 25

/** @param version as in `process.versions.node` @returns what to tell the operator; undefined if this Node will do */
export function whyNodeIsTooOld(version: string): string | undefined {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number)
  const first = FIRST_SAFE.get(major)
  if (major > NEWEST_LISTED || (first !== undefined && (minor > first[0] || (minor === first[0] && patch >= first[1])))) return undefined
  const wanted = [...FIRST_SAFE].map(([line, [safeMinor, safePatch]]) => `${line}.${safeMinor}.${safePatch}`).join(', ')
  return `Node ${version} has known security holes that a server is open to. Ringkey needs at least one of ${wanted}, or a newer line.`
}

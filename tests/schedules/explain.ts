/**
 * Whether what callers of one burst were told can be explained: some order of the events, each between its call and its answer, that
 * leads through the model. Nothing is known of how the product orders them; the answers are all there is.
 */
import { follow, type ModelEvent, type Rules } from './model.ts'
import type { Told, World } from './world.ts'

export interface Observed {
  readonly event: ModelEvent
  readonly told: Told
  /** The event happened between these two ticks. */
  readonly from: number
  readonly to: number
  /** What a clock showed meanwhile. */
  readonly instants: readonly number[]
  /** It may not have happened at all: nobody saw its answer. */
  readonly isOptional?: boolean
  /** The event that it follows, whatever the ticks say. */
  readonly after?: ModelEvent
}

const MAX_SHORT = 3

/** @returns every world that explains what was observed; none if nothing does */
export function explain(worlds: readonly World[], observed: readonly Observed[], rules: Rules): World[] {
  const found = new Map<string, World>()
  const seen = new Set<string>()
  // Of a few events the orders are so few that to look at one twice is cheaper than to know it again.
  const isLong = observed.length > MAX_SHORT

  function visit(world: World, left: readonly Observed[]): void {
    if (isLong) {
      const key = `${left.map((one) => observed.indexOf(one)).join(',')} ${keyOf(world)}`
      if (seen.has(key)) return
      seen.add(key)
    }
    if (left.length === 0) {
      found.set(keyOf(world), world)
      return
    }
    const firstEnd = Math.min(...left.map(({ to }) => to))
    for (const one of left) {
      if (one.from > firstEnd || left.some(({ event }) => event === one.after)) continue
      const rest = left.filter((other) => other !== one)
      if (one.isOptional) visit(world, rest)
      for (const at of effectiveInstants(one, observed))
        for (const next of follow(world, one.event, one.told, { at, seenAt: one.instants }, rules)) visit(next, rest)
    }
  }

  const [only, ...others] = observed
  const [world, ...otherWorlds] = worlds
  if (only !== undefined && !only.isOptional && world !== undefined && others.length + otherWorlds.length === 0) {
    return only.instants.flatMap((at) => follow(world, only.event, only.told, { at, seenAt: only.instants }, rules))
  }
  for (const world of worlds) visit(world, observed)
  return [...found.values()]
}

/** Equal presentations that are under way together may share one answer: then it is that of the earliest. */
function effectiveInstants(one: Observed, observed: readonly Observed[]): Iterable<number> {
  const { event, from, to } = one
  if (event.kind !== 'refresh') return one.instants
  const shared = observed.filter(
    (other) =>
      other.event.kind === 'refresh' &&
      other.event.credential === event.credential &&
      other.event.application === event.application &&
      other.from <= to &&
      other.to >= from,
  )
  return new Set([...one.instants, ...shared.flatMap(({ instants }) => instants)])
}

function keyOf({ tenant, applications, accounts, sessions, underWay }: World): string {
  const principal = ({ epoch, enabled }: { epoch: number; enabled: boolean }) => `${epoch}${enabled ? '' : '!'}`
  return [
    principal(tenant),
    applications.map(principal).join(),
    accounts.map((account) => `${principal(account)}${account.password}`).join(),
    ...sessions.map(
      ({ id, ended, advancedAt, previousAdvancedAt, repeatedAt, expiresAt, epochs, lineage }) =>
        `${id} ${ended} ${advancedAt} ${previousAdvancedAt} ${repeatedAt} ${expiresAt} ${Object.values(epochs).join()} ${lineage.map((one) => one?.slice(-20)).join()}`,
    ),
    ...[...underWay].map(
      ([index, { epochs, mayPass, mayFail, isAsked }]) => `${index} ${Object.values(epochs).join()} ${mayPass} ${mayFail} ${isAsked}`,
    ),
  ].join('|')
}

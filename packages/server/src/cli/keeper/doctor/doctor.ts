/**
 * Looks for what keeps tokens from being had, from the disk outwards: files, settings of the machine, network and clock, then each
 * sign-in. It renews nothing and signs nobody in, so that what is wrong is still there to be looked at afterwards.
 */
import { RingkeyError, type Status } from '@ringkey/client'
import { defaultFolder } from '@ringkey/client/file-store'
import { type Finding, reportFindings } from '../../finding.ts'
import { type Answer, accept, type Result } from '../answer.ts'
import { reasonOf, sentenceOf } from '../explain-error.ts'
import type { KeeperDeps } from '../keeper-deps.ts'
import { findSignIn, type NamedSignIn, openSignIn, openStore } from '../open-sign-in.ts'
import { readSignIns } from '../sign-ins.ts'
import { lookAtFiles } from './look-at-files.ts'
import { lookAtNetwork } from './look-at-network.ts'
import { lookAtAuthorities, lookAtProxy } from './look-at-settings.ts'
import { lookAtSignIn } from './look-at-sign-in.ts'

/** @param name undefined: all sign-ins */
export async function doctor(deps: KeeperDeps, name: string | undefined): Promise<Answer> {
  const variables = deps.variables()
  const files = deps.store === undefined ? await lookAtFiles(defaultFolder(variables)) : []
  const machine = [...files, lookAtProxy(variables), ...lookAtAuthorities(variables, deps)]
  if (files.some(({ exit }) => exit !== undefined)) return accept(reportFindings(machine))
  const chosen = await choose(deps, name)
  if (!chosen.ok) return chosen
  const seen = await Promise.all(chosen.value.map((signIn) => look(deps, signIn)))
  const reached = await lookAtNetwork(deps, placesOf(seen))
  const signIns = seen.length === 0 ? [NOBODY] : seen.flatMap((each) => describe(deps, each))
  return accept(reportFindings([...machine, ...reached, ...signIns]))
}

const NOBODY: Finding = {
  check: 'sign-ins',
  found: 'Nobody is signed in.',
  remedy: 'Run: ringkey login <platform>',
  exit: 'signInNeeded',
}

async function choose(deps: KeeperDeps, name: string | undefined): Promise<Result<readonly NamedSignIn[]>> {
  if (name === undefined) return accept([...(await readSignIns(openStore(deps)))].map(([each, signIn]) => ({ name: each, signIn })))
  const found = await findSignIn(deps, name)
  return found.ok ? accept([found.value]) : found
}

interface Seen extends NamedSignIn {
  /** Or why what is kept cannot be read. */
  readonly status: Status | RingkeyError
}

async function look(deps: KeeperDeps, named: NamedSignIn): Promise<Seen> {
  try {
    return { ...named, status: await (await openSignIn(deps, named)).status() }
  } catch (error) {
    if (!(error instanceof RingkeyError)) throw error
    return { ...named, status: error }
  }
}

/** Each address once, with all sign-ins that need it. */
function placesOf(seen: readonly Seen[]): ReadonlyMap<string, readonly string[]> {
  const places = new Map<string, string[]>()
  for (const { name, status } of seen) {
    if (!(status instanceof RingkeyError)) places.set(status.baseUrl, [...(places.get(status.baseUrl) ?? []), name])
  }
  return places
}

function describe(deps: KeeperDeps, { status, ...named }: Seen): readonly Finding[] {
  if (!(status instanceof RingkeyError)) return lookAtSignIn(named, status, deps.now())
  return [{ check: 'kept', of: named.name, found: 'What is kept cannot be used.', remedy: sentenceOf(status), exit: reasonOf(status) }]
}

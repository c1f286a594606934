import { RingkeyError, type Status } from '@ringkey/client'
import { EXIT } from '../exit-codes.ts'
import type { JsonObject } from '../json.ts'
import { type Answer, accept } from './answer.ts'
import { sentenceOf } from './explain-error.ts'
import type { KeeperDeps } from './keeper-deps.ts'
import { accountOf } from './login.ts'
import { needsSignIn } from './needs-sign-in.ts'
import { findSignIn, type NamedSignIn, openSignIn, openStore } from './open-sign-in.ts'
import { readSignIns } from './sign-ins.ts'

/** What is kept, without a secret and without asking for a token. */
export async function status(deps: KeeperDeps, name: string | undefined): Promise<Answer> {
  if (name === undefined) {
    const signIns = await readSignIns(openStore(deps))
    return report(await Promise.all([...signIns].map(([each, signIn]) => lookIfReadable(deps, { name: each, signIn }))))
  }
  const found = await findSignIn(deps, name)
  if (!found.ok) return found
  const seen = await look(deps, found.value)
  const answer = report([seen])
  return answer.ok && seen.needsSignIn ? accept({ ...answer.value, exit: EXIT.signInNeeded }) : answer
}

interface Seen {
  readonly needsSignIn: boolean
  readonly document: JsonObject
  /** Why it cannot be told. */
  readonly trouble?: string
}

/** Of many, one that cannot be read does not hide the others. */
async function lookIfReadable(deps: KeeperDeps, named: NamedSignIn): Promise<Seen> {
  try {
    return await look(deps, named)
  } catch (error) {
    if (!(error instanceof RingkeyError) || error.code !== 'store_unavailable') throw error
    const document = toDocument(named, undefined, { store: openStore(deps).name, isSignedIn: false })
    return { needsSignIn: true, document, trouble: `${named.name}: ${sentenceOf(error)}` }
  }
}

async function look(deps: KeeperDeps, named: NamedSignIn): Promise<Seen> {
  const kept = await (await openSignIn(deps, named)).status()
  const isNeeded = needsSignIn(kept, deps.now())
  return { needsSignIn: isNeeded, document: toDocument(named, kept, { store: kept.store, isSignedIn: !isNeeded }) }
}

function toDocument(
  { name, signIn }: NamedSignIn,
  kept: Status | undefined,
  { store, isSignedIn }: { readonly store: string; readonly isSignedIn: boolean },
): JsonObject {
  return {
    name,
    platform: signIn.platform,
    account: accountOf(signIn),
    baseUrl: kept?.baseUrl ?? signIn.baseUrl ?? null,
    store,
    signedIn: isSignedIn,
    expiresAt: kept?.expiresAt?.toISOString() ?? null,
    refusedAt: kept?.refusedAt?.toISOString() ?? null,
    refreshExpiresAt: kept?.refreshExpiresAt?.toISOString() ?? null,
    scope: kept?.scope ?? null,
    secretKept: signIn.secret !== undefined,
    clockAheadSeconds: kept?.clockAheadSeconds ?? 0,
  }
}

const COLUMNS = ['name', 'platform', 'account', 'signedIn', 'expiresAt', 'baseUrl'] as const

function untilOf({ expiresAt, refusedAt }: JsonObject): string | null {
  if (typeof refusedAt === 'string') return `refused at ${refusedAt}`
  return typeof expiresAt === 'string' ? expiresAt : null
}

function report(seen: readonly Seen[]): Answer {
  const signIns = seen.map(({ document }) => document)
  const troubles = seen.flatMap(({ trouble }) => trouble ?? [])
  return accept({
    document: { signIns },
    table: {
      headings: ['NAME', 'PLATFORM', 'ACCOUNT', 'SIGNED IN', 'TOKEN UNTIL', 'AT'],
      rows: signIns.map((each) => COLUMNS.map((column) => (column === 'expiresAt' ? untilOf(each) : (each[column] ?? null)))),
    },
    notes: signIns.length === 0 ? ['Nobody is signed in. Run: ringkey login <platform>'] : troubles,
    ...(troubles.length === 0 ? {} : { exit: EXIT.configuration }),
  })
}

import { RingkeyError } from '@ringkey/client'
import { type Answer, accept } from './answer.ts'
import { explainError } from './explain-error.ts'
import type { KeeperDeps } from './keeper-deps.ts'
import { openNamed, openStore } from './open-sign-in.ts'
import { changeSignIns } from './sign-ins.ts'

/** Ends the session at the platform and takes away what is kept: also where the platform cannot be told, which is said. */
export async function logout(deps: KeeperDeps, name: string | undefined): Promise<Answer> {
  const opened = await openNamed(deps, name)
  if (!opened.ok) return opened
  const { connection, name: found } = opened.value
  const failure = await connection.signOut().then(
    () => undefined,
    (error: unknown) => {
      if (!(error instanceof RingkeyError) || error.code === 'store_unavailable') throw error // then all of it may still be there
      return explainError(error, 'Nothing is kept any more, but the platform was not told, and the session may go on there. ')
    },
  )
  await changeSignIns(openStore(deps), (signIns) => signIns.delete(found))
  return failure ?? accept({ document: { name: found, signedOut: true }, notes: [`Signed out of ${found}.`] })
}

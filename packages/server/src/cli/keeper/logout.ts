import { RingkeyError } from '@ringkey/client'
import { type Answer, accept } from './answer.ts'
import type { KeeperDeps } from './keeper-deps.ts'
import { openNamed, openSignIn, openStore } from './open-sign-in.ts'
import { changeSignIns } from './sign-ins.ts'

/** Ends the session at the platform and takes away what is kept. Where the platform cannot be asked, what is kept stays, unless `force`. */
export async function logout(deps: KeeperDeps, name: string | undefined, { force = false }: { readonly force?: boolean }): Promise<Answer> {
  const opened = await openNamed(deps, name)
  if (!opened.ok) return opened
  const { connection, signIn, name: found } = opened.value
  try {
    await connection.signOut()
  } catch (error) {
    if (!force || !(error instanceof RingkeyError)) throw error
    await (await openSignIn(unreached(deps), signIn)).signOut()
  }
  await changeSignIns(openStore(deps), (signIns) => signIns.delete(found))
  return accept({ document: { name: found, signedOut: true }, notes: [`Signed out of ${found}.`] })
}

/** The client takes away what is kept once the platform has been told; here nobody is. */
function unreached(deps: KeeperDeps): KeeperDeps {
  return { ...deps, environment: { ...deps.environment, fetch: async () => new Response(null, { status: 204 }) } }
}

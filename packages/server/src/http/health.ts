/** `/livez`: the process answers. `/readyz`: it can do its work. They answer any host, and say nothing else to strangers. */
import type { WireError } from '../front-doors/wire-error.ts'

const METHODS = ['GET', 'HEAD']

export interface HealthAnswer extends WireError {
  readonly route: '/livez' | '/readyz'
}

/** @returns undefined if the path is neither */
export async function answerHealth(method: string, path: string, isReady: () => Promise<boolean>): Promise<HealthAnswer | undefined> {
  if (path !== '/livez' && path !== '/readyz') return undefined
  if (!METHODS.includes(method)) return { route: path, status: 405, headers: { allow: METHODS.join(', ') } }
  const isWell = path === '/livez' || (await isReady().catch(() => false))
  return isWell ? { route: path, status: 200, body: { status: 'ok' } } : { route: path, status: 503, body: { status: 'unavailable' } }
}

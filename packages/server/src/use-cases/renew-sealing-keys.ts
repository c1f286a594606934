import { SEALING_KEY_RENEWAL_DAYS } from '../domain/signing-key.ts'
import type { Tenants } from '../store/tenants.ts'
import { createMakeSuccessors, type SuccessorDeps } from './make-successors.ts'

const RENEWAL_MS = SEALING_KEY_RENEWAL_DAYS * 86_400_000

/**
 * Makes a successor of each tenant's sealing key that is older than 80 days, so that none seals for more than 90. A server does it
 * unasked, every hour and when it starts.
 */
export function createRenewSealingKeys({ tenants, ...deps }: SuccessorDeps & { readonly tenants: Pick<Tenants, 'list'> }) {
  const makeSuccessors = createMakeSuccessors(deps)
  return async (): Promise<void> => {
    for (const { id } of await tenants.list()) {
      await makeSuccessors({
        tenantId: id,
        actor: 'system',
        isDue: ({ purpose, createdAt }, at) => purpose === 'sealing' && at - createdAt > RENEWAL_MS,
      })
    }
  }
}

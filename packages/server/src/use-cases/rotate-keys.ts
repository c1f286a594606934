import { accept } from '../domain/outcome.ts'
import type { KeyPurpose } from '../domain/signing-key.ts'
import type { FindByName } from './find-by-name.ts'
import { createMakeSuccessors, type SuccessorDeps } from './make-successors.ts'
import type { RotateKeys } from './use-cases.ts'

/** Permanent tokens end by name, and an account would get other names: successors of these keys would help nobody. */
const NEVER_ROTATED: ReadonlySet<KeyPurpose> = new Set<KeyPurpose>(['permanent', 'pseudonym', 'one-time-code'])

/** Makes a successor of each active key of a tenant, but for those that are never rotated. */
export function createRotateKeys({ findByName, ...deps }: SuccessorDeps & { readonly findByName: FindByName }): RotateKeys {
  const makeSuccessors = createMakeSuccessors(deps)
  return async ({ tenant: name }) => {
    const tenant = await findByName.tenant(name)
    if (!tenant.ok) return tenant
    const isDue = ({ purpose }: { readonly purpose: KeyPurpose }) => !NEVER_ROTATED.has(purpose)
    const { activatesAt, made } = await makeSuccessors({ tenantId: tenant.value.id, actor: 'operator', isDue })
    return accept({ activatesAt, keys: made })
  }
}

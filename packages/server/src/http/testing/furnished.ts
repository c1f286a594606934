/** What all tenants of golden exchanges have in common. */
import { type EmptyHouse, valueFrom as granted } from '../../testing/test-house.ts'
import type { NewApplication, UseCases } from '../../use-cases/use-cases.ts'

export type Furnished = Pick<EmptyHouse, 'useCases' | 'clock'>

export interface Place {
  readonly tenant: string
  readonly door: string
  readonly issuer: string
}

export const PASSWORD = 'correct horse battery staple'

export async function anApplication(
  useCases: UseCases,
  { tenant, clientId, ...given }: Partial<NewApplication> & Pick<NewApplication, 'tenant' | 'door' | 'clientId' | 'checks'>,
): Promise<{ secret: string; apiKey: string }> {
  const made = await useCases.createApplication({
    name: clientId,
    type: 'confidential',
    ...given,
    tenant,
    clientId,
  })
  const { secret } = granted(made)
  const { apiKey } = granted(await useCases.createApiKey({ tenant, clientId, name: 'golden' }))
  return { secret: secret ?? '', apiKey }
}

import type { Outcome } from '../domain/outcome.ts'
import type { Randomness } from '../domain/randomness.ts'
import type { DoorName } from '../domain/tenant.ts'
import type { DemoKit } from '../front-doors/door-demo.ts'
import type { UseCases } from '../use-cases/use-cases.ts'

export const DEMO_ORGANISATION = 'Demo Telephony'

interface Deps {
  readonly useCases: UseCases
  readonly tenant: string
  readonly door: DoorName
  readonly baseUrl: string
  readonly randomness: Randomness
}

/** What a door's demo may ask for: accounts, applications and API keys of its tenant, made through the operators' use cases. */
export function createDemoKit({ useCases, tenant, door, baseUrl, randomness }: Deps): DemoKit {
  return {
    tenant,
    door,
    baseUrl,

    async account(loginId, { loginIds = [], name, roles = [], mayImpersonate = false } = {}) {
      const password = randomness.bytes(12).toString('base64url')
      const account = { loginIds: [loginId, ...loginIds], password, name, roles, mayImpersonate }
      const created = await useCases.createAccount({ tenant, organisation: DEMO_ORGANISATION, ...account })
      // The account outlived the file that had its password.
      if (!created.ok && created.refusal.code === 'login_id_taken')
        valueFrom(await useCases.setPassword({ tenant, account: loginId, password }))
      else valueFrom(created)
      return { password }
    },

    async application(request) {
      const created = await useCases.createApplication({ tenant, name: request.clientId, ...request })
      if (created.ok || created.refusal.code !== 'taken') return void valueFrom(created)
      const { clientId, redirectUris } = request
      if (redirectUris !== undefined) valueFrom(await useCases.setPageSignIn({ tenant, clientId, redirectUris }))
    },

    async apiKey(clientId) {
      const name = `demo ${randomness.bytes(4).toString('hex')}`
      return valueFrom(await useCases.createApiKey({ tenant, clientId, name })).apiKey
    },
  }
}

function valueFrom<Value>(outcome: Outcome<Value>): Value {
  if (outcome.ok) return outcome.value
  throw new Error(`the demo could not be set up: ${outcome.refusal.code}`)
}

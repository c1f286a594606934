/** A served house whose public address is https, behind a proxy on this machine, and tokens of every kind that a gateway may meet. */
import { createHmac } from 'node:crypto'
import { createSeededRandomness } from '../../packages/server/src/testing/seeded-randomness.ts'
import { openServedHouse, type ServedHouse, type ServedHouseOptions } from '../../packages/server/src/testing/served-house.ts'
import { A_PASSWORD, PLAIN_ACCOUNT, valueFrom } from '../../packages/server/src/testing/test-house.ts'
import { base64url, forge, MASTER_KEY, textsOf } from '../../packages/server/src/testing/token-workbench.ts'
import { createKeySealing } from '../../packages/server/src/tokens/key-sealing.ts'
import { openKeys } from '../../packages/server/src/tokens/opened-keys.ts'

const PUBLIC_URL = new URL('https://tokens.example')
const API = 'https://api.example'
const TENANT = 'demo'
const LOGIN = 'ann@acme.example'
const CALLER = { address: '192.0.2.7', requestId: 'req-gateway' }

export const ACCOUNT = { email: LOGIN, password: A_PASSWORD }

export interface TokenHouse extends ServedHouse {
  /** A fresh session of the door Smartflo, good for `calls:read calls:write` at the API. */
  signIn(): Promise<string>
  signOut(token: string): Promise<void>
  /** A permanent token. */
  permanent(
    name: string,
    limited?: { readonly clientId?: string; readonly scope?: string },
  ): Promise<{ token: string; revoke(): Promise<void> }>
  /** The same token with other claims, signed by the key that signs these tokens. */
  resign(token: string, claims: Readonly<Record<string, unknown>>): Promise<string>
  /** The same claims under HS256, with the published key as the secret. */
  signWithPublicKey(token: string): Promise<string>
  /** Makes successors of the keys and waits until they sign. */
  rotateKeys(): Promise<void>
}

export async function openTokenHouse(options: Pick<ServedHouseOptions, 'observe'> = {}): Promise<TokenHouse> {
  const served = await openServedHouse({ publicUrl: PUBLIC_URL, trustedProxies: ['127.0.0.1'], servesHttps: true, ...options })
  const { house } = served
  const { useCases } = house
  const tenant = valueFrom(await useCases.createTenant({ name: TENANT, hostNames: [], doors: ['smartflo', 'vpaas'], isDefault: true }))
  valueFrom(await useCases.createOrganisation({ tenant: TENANT, name: 'Switchboard' }))
  const account = { ...PLAIN_ACCOUNT, tenant: TENANT, organisation: 'Switchboard', loginIds: [LOGIN], password: A_PASSWORD }
  valueFrom(await useCases.createAccount(account))
  const reach = { tenant: TENANT, clientId: 'smartflo', scope: 'calls:read calls:write', audience: [API], webOrigins: undefined }
  valueFrom(await useCases.setApplicationReach(reach))
  const other = {
    tenant: TENANT,
    clientId: 'other',
    name: 'Other',
    door: 'smartflo',
    scope: 'calls:read',
    audience: ['https://other.example'],
  }
  valueFrom(await useCases.createApplication(other))

  const client = { kind: 'door', door: 'smartflo' } as const
  async function signingKey() {
    const rows = (await house.store.signingKeys.list(tenant.id)).filter(({ purpose }) => purpose === 'self-refreshing')
    const key = openKeys(rows, undefined, createKeySealing(MASTER_KEY, createSeededRandomness())).opened.at(-1)
    if (key === undefined || key.algorithm === 'A256GCM') throw new Error('nothing has been signed yet')
    return key
  }
  return {
    ...served,
    signIn: async () =>
      valueFrom(await useCases.signIn({ tenant, client, login: LOGIN, password: A_PASSWORD, caller: CALLER })).accessToken,
    signOut: async (token) => void valueFrom(await useCases.signOut({ tenant, client, refreshToken: token, caller: CALLER })),
    async permanent(name, { clientId = 'smartflo', scope } = {}) {
      const asked = { tenant: TENANT, account: LOGIN, clientId, name, scope, lifetimeSeconds: undefined }
      const { token, permanentToken } = valueFrom(await useCases.issuePermanentToken(asked))
      return {
        token,
        revoke: async () => void valueFrom(await useCases.revokePermanentToken({ tenant: TENANT, id: permanentToken.id })),
      }
    },
    async resign(token, claims) {
      const { header, payload } = textsOf(token)
      return forge(header, JSON.stringify({ ...JSON.parse(payload), ...claims }), await signingKey())
    },
    async signWithPublicKey(token) {
      const { header, payload } = textsOf(token)
      const { kid } = JSON.parse(header)
      const pem = (await useCases.listPublicKeys(tenant)).find(({ id }) => id === kid)?.pem
      if (pem === undefined) throw new Error('the key of these tokens is not published')
      const input = `${base64url(JSON.stringify({ ...JSON.parse(header), alg: 'HS256' }))}.${base64url(payload)}`
      return `${input}.${createHmac('sha256', pem).update(input).digest('base64url')}`
    },
    async rotateKeys() {
      valueFrom(await useCases.rotateKeys({ tenant: TENANT }))
      await house.wait(660)
    },
  }
}

/** What tenants have whose people sign in by password, for golden exchanges. */
import { valueFrom as granted, PLAIN_ACCOUNT } from '../../testing/test-house.ts'
import type { ClientCredentials, NewApplication, UseCases } from '../../use-cases/use-cases.ts'
import { anApplication, type Furnished, PASSWORD, type Place } from './furnished.ts'

const DAY_MS = 86_400_000

/** It is given to nobody: one of those that Germany keeps for films. */
const PHONE = '+4915228817386'

type Variables = Readonly<Record<string, string>> & { readonly stale_email?: string }

/** A tenant whose people sign in by a request of a program. */
export async function furnishForPasswords({ useCases, clock }: Furnished, { tenant, door }: Place): Promise<Record<string, string>> {
  const email = `olga@${tenant}.example`
  const loginId = `${tenant}-olga`
  const created = granted(await useCases.createTenant({ name: tenant, hostNames: [], doors: [door], isDefault: false }))
  granted(await useCases.createOrganisation({ tenant, name: 'Switchboard' }))
  granted(await useCases.setPhones({ tenant, countries: ['IN', 'DE'] }))
  const loginIds = [email, loginId, PHONE]
  const olga = { name: 'Olga', roles: ['agent', 'pbx/operator'], mayImpersonate: false, loginIds, password: PASSWORD }
  granted(await useCases.createAccount({ ...olga, tenant, organisation: 'Switchboard' }))
  const checker = await anApplication(useCases, { tenant, door, clientId: 'checker', checks: 'tenant' })
  const other = await anApplication(useCases, { tenant, door, clientId: 'other', checks: 'none' })
  const named: Variables = NAMES_ITS_CLIENT.has(door) ? await furnishForClients(useCases, { tenant, door }) : {}
  const client: ClientCredentials = NAMES_ITS_CLIENT.has(door) ? API : { kind: 'door', door }
  const [own] = granted(await useCases.list.applications(tenant)).filter((one) => one.signInDoor === door || one.clientId === 'api')
  const permanent = granted(
    await useCases.issuePermanentToken({
      tenant,
      account: email,
      clientId: own?.clientId ?? '',
      name: 'golden',
      scope: undefined,
      lifetimeSeconds: undefined,
    }),
  )
  const signIn = async (login: string) =>
    granted(
      await useCases.signIn({ tenant: created, client, login, password: PASSWORD, caller: { address: '127.0.0.1', requestId: 'golden' } }),
    )
  const early = await signIn(email)
  clock.advance(15 * DAY_MS)
  const { stale_email: staleEmail } = named
  const stale = staleEmail === undefined ? undefined : await signIn(staleEmail)
  if (staleEmail !== undefined) granted(await useCases.endSessions({ noun: 'account', tenant, account: staleEmail }))
  return {
    email,
    login_id: loginId,
    phone: PHONE,
    password: PASSWORD,
    password_form: PASSWORD.replaceAll(' ', '+'),
    application: own?.clientId ?? '',
    expired_token: early.accessToken,
    expired_refresh: early.refreshToken ?? '',
    stale_token: stale?.accessToken ?? '',
    stale_refresh: stale?.refreshToken ?? '',
    permanent_token: permanent.token,
    checker_api_key: checker.apiKey,
    checker_basic: Buffer.from(`checker:${checker.secret}`).toString('base64'),
    checker_basic_wrong: Buffer.from('checker:wrong').toString('base64'),
    other_api_key: other.apiKey,
    ...named,
  }
}

const NAMES_ITS_CLIENT: ReadonlySet<string> = new Set(['voipex'])
const API: ClientCredentials = { kind: 'client', clientId: 'api', clientSecret: undefined }

/** What a door has whose sign-ins name a client: applications of every kind, accounts that may more or less, and a tenant that is off. */
async function furnishForClients(useCases: UseCases, { tenant, door }: { tenant: string; door: string }): Promise<Variables> {
  const application = (clientId: string, changed: Partial<NewApplication>) =>
    anApplication(useCases, { tenant, door, clientId, checks: 'none', ...changed })
  await application('api', { type: 'public', passwordGrant: true })
  await application('nogrant', { type: 'public' })
  await application('off', { type: 'public', passwordGrant: true })
  granted(await useCases.setEnabled({ noun: 'application', tenant, clientId: 'off' }, false))
  const { secret } = await application('pbx', { passwordGrant: true })
  granted(await useCases.createOrganisation({ tenant, name: 'Other' }))
  const account = async (name: string, changed: { organisation?: string; mayImpersonate?: boolean }) => {
    const login = `${name}@${tenant}.example`
    const made = { ...PLAIN_ACCOUNT, tenant, organisation: 'Switchboard', loginIds: [login], password: PASSWORD, ...changed }
    granted(await useCases.createAccount(made))
    return login
  }
  const disabled = await account('disabled', {})
  granted(await useCases.setEnabled({ noun: 'account', tenant, account: disabled }, false))
  const off = `${tenant}-off`
  granted(await useCases.createTenant({ name: off, hostNames: [], doors: [door], isDefault: false }))
  granted(await useCases.setEnabled({ noun: 'tenant', tenant: off }, false))
  return {
    pbx_secret: secret,
    pbx_basic: Buffer.from(`pbx:${secret}`).toString('base64'),
    boss_email: await account('boss', { mayImpersonate: true }),
    foreign_email: await account('foreign', { organisation: 'Other' }),
    stale_email: await account('stale', {}),
    disabled_email: disabled,
    disabled_base_path: `/t/${off}`,
  }
}

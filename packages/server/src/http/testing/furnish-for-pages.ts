/** What tenants have whose people sign in on a page, for golden exchanges. */
import type { Tenant } from '../../domain/tenant.ts'
import { type App, CHALLENGE, clientOf, newBrowser, requestIn, VERIFIER } from '../../testing/page-house.ts'
import { valueFrom as granted, PLAIN_ACCOUNT } from '../../testing/test-house.ts'
import type { NewApplication, UseCases } from '../../use-cases/use-cases.ts'
import { anApplication, type Furnished, PASSWORD, type Place } from './furnished.ts'

type Variables = Record<string, string>

const CALLER = { address: '127.0.0.1', requestId: 'golden' }
/** Longer than an access token of VPaaS is good. */
const HALF_A_DAY_MS = 43_200_000
/** It is given to nobody: one of those that Germany keeps for films. */
const PHONE = '+4915228817386'
/** Another one, which no account has. */
const FREE_PHONE = '+4915228895456'
const WEB_URI = 'https://web.example/callback'

export async function furnishForPages(house: Furnished, place: Place): Promise<Variables> {
  const { useCases } = house
  const { tenant, door } = place
  const created = granted(await useCases.createTenant({ name: tenant, hostNames: [], doors: [door], isDefault: false }))
  granted(await useCases.createOrganisation({ tenant, name: 'Households' }))
  if (door === 'idm') granted(await useCases.setPhones({ tenant, countries: ['DE'], registersIn: { organisation: 'Households' } }))
  const account = async (loginIds: readonly string[], changed: { name?: string; roles?: readonly string[] } = {}) => {
    granted(
      await useCases.createAccount({ ...PLAIN_ACCOUNT, ...changed, tenant, organisation: 'Households', loginIds, password: PASSWORD }),
    )
    return loginIds[0] ?? ''
  }
  const off = `${tenant}-off`
  granted(await useCases.createTenant({ name: off, hostNames: [], doors: [door], isDefault: false }))
  granted(await useCases.setEnabled({ noun: 'tenant', tenant: off }, false))
  const people = {
    email: await account([`anna@${tenant}.example`], { name: 'Anna', roles: ['/feature/mss/mailbox_allowed', 'agent'] }),
    stale_email: await account([`stale@${tenant}.example`]),
    phone: await account([PHONE]),
    disabled_email: await account([`disabled@${tenant}.example`]),
  }
  granted(await useCases.setEnabled({ noun: 'account', tenant, account: people.disabled_email }, false))
  return {
    ...people,
    phone_form: encodeURIComponent(PHONE),
    free_phone: FREE_PHONE,
    free_phone_form: encodeURIComponent(FREE_PHONE),
    password: PASSWORD,
    password_form: PASSWORD.replaceAll(' ', '+'),
    disabled_base_path: `/t/${off}`,
    issuer_form: encodeURIComponent(place.issuer),
    verifier: VERIFIER,
    challenge: CHALLENGE,
    ...(door === 'vpaas' ? await furnishVpaas(house, place, created, people) : await furnishIdm(useCases, place)),
  }
}

/** Applications of programs that start a login, and what has grown too old. */
async function furnishVpaas(
  { useCases, clock }: Furnished,
  { tenant, door, issuer }: Place,
  created: Tenant,
  { email, stale_email: staleEmail }: { readonly email: string; readonly stale_email: string },
): Promise<Variables> {
  const application = async (clientId: string, changed: Partial<NewApplication> = {}): Promise<App> => ({
    clientId,
    apiKey: (await anApplication(useCases, { tenant, door, clientId, type: 'public', checks: 'none', ...changed })).apiKey,
  })
  const app = await application('app')
  const viewer = await application('viewer', {
    name: 'Viewer <1> & "co"',
    scope: 'CompApp Music',
    redirectUris: ['smarthubplatform://login', 'smarthub://login'],
    showsCode: true,
  })
  const other = await application('other')
  const careful = await application('careful', { requiresPkce: true })
  const disabled = await application('disabled')
  granted(await useCases.setEnabled({ noun: 'application', tenant, clientId: 'disabled' }, false))
  const second = granted(await useCases.createApiKey({ tenant, clientId: 'app', name: 'second' })).apiKey

  const signIn = (login: string) => createSignIn(useCases, created, issuer)(app, login)
  const exchange = async (code: string) =>
    granted(
      await useCases.exchangeCode({
        tenant: created,
        client: clientOf(app),
        code,
        binding: { kind: 'login' },
        codeVerifier: undefined,
        caller: CALLER,
      }),
    )
  const early = await exchange((await signIn(email)).authCode)
  const expired = await signIn(email)
  clock.advance(HALF_A_DAY_MS)
  const stale = await exchange((await signIn(staleEmail)).authCode)
  granted(await useCases.endSessions({ noun: 'account', tenant, account: staleEmail }))
  const permanent = { tenant, account: email, clientId: 'app', name: 'golden', scope: undefined, lifetimeSeconds: undefined }
  return {
    application: 'app',
    api_key: app.apiKey,
    second_api_key: second,
    viewer_api_key: viewer.apiKey,
    other_api_key: other.apiKey,
    careful_api_key: careful.apiKey,
    disabled_api_key: disabled.apiKey,
    expired_token: early.accessToken,
    expired_code: expired.authCode,
    expired_state: expired.state,
    stale_token: stale.accessToken,
    stale_refresh: stale.refreshToken ?? '',
    permanent_token: granted(await useCases.issuePermanentToken(permanent)).token,
  }
}

/** A person signs in for an application of VPaaS. */
function createSignIn(useCases: UseCases, tenant: Tenant, issuer: string) {
  return async (app: App, login: string) => {
    const browser = newBrowser(useCases, tenant, issuer)
    const plain = { scope: undefined, redirectUri: undefined, codeChallenge: undefined }
    const { location } = granted(await useCases.startLogin({ tenant, door: 'vpaas', client: clientOf(app), ...plain }))
    const prompt = await browser.open(requestIn(location))
    const { answer } = await browser.answer(prompt, { kind: 'password', login, password: PASSWORD })
    if (answer === undefined) throw new Error('the page sends nobody back')
    const { code = '' } = granted(await browser.complete(answer))
    return { authCode: code, state: answer.state ?? '' }
  }
}

/** Applications that send people to the page themselves. */
async function furnishIdm(useCases: UseCases, { tenant, door }: Place): Promise<Variables> {
  const application = (clientId: string, changed: Partial<NewApplication> = {}) =>
    anApplication(useCases, { tenant, door, clientId, type: 'public', checks: 'none', redirectUris: [WEB_URI], ...changed })
  const scope = 'offline_access smarthub tv'
  await application('web', { name: 'Web & <b>more</b>', scope })
  await application('plain', { requiresPkce: false })
  await application('other')
  await application('off')
  granted(await useCases.setEnabled({ noun: 'application', tenant, clientId: 'off' }, false))
  const { secret } = await application('site', { type: 'confidential', requiresPkce: false, redirectUris: [`${WEB_URI}?a=b`], scope })
  return {
    redirect_uri: encodeURIComponent(WEB_URI),
    site_secret: secret,
    site_basic: Buffer.from(`site:${secret}`).toString('base64'),
    site_basic_wrong: Buffer.from('site:wrong').toString('base64'),
  }
}

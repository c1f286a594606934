import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { anAccountAt, openTestHouse, refreshTokenOf, type TestHouse, valueFrom } from '../testing/test-house.ts'
import type { SaidOfPageSignIn } from './use-cases.ts'

vi.mock('@node-rs/argon2', () => import('../testing/quick-argon2.ts'))

let house: TestHouse
beforeEach(async () => {
  house = await openTestHouse()
})
afterEach(() => house.close())

const GOOD = 'https://good.example/cb'
const NOTHING = { redirectUris: [], requiresPkce: true, showsCode: false }
const PORTAL = { tenant: 'acme', clientId: 'portal', name: 'Portal', door: 'device' }
const set = (said: SaidOfPageSignIn, clientId = 'portal') => house.useCases.setPageSignIn({ tenant: 'acme', clientId, ...said })
const stored = async () => (await house.store.applications.findByClientId(house.tenant.id, 'portal'))?.application.pageSignIn

const UNFIT: readonly [string, readonly string[], object][] = [
  [
    'an address that may not be registered',
    [GOOD, 'http://evil.example/'],
    { code: 'redirect_uri_invalid', redirectUri: 'http://evil.example/', problem: 'clear_text_beyond_loopback' },
  ],
  ['too many addresses', Array.from({ length: 21 }, (_, index) => `${GOOD}/${index}`), { code: 'too_many_redirect_uris' }],
]

describe('an application that is made', () => {
  it('sends a browser nowhere, and needs a code challenge, unless it is told otherwise', async () => {
    const { application } = valueFrom(await house.useCases.createApplication(PORTAL))
    expect(application).toMatchObject({ pageSignIn: NOTHING, audience: [], checks: 'none', passwordGrant: false, signInDoor: undefined })
    expect(await stored()).toEqual(NOTHING)
  })

  it.each([
    [{ redirectUris: [GOOD] }, { ...NOTHING, redirectUris: [GOOD] }],
    [{ requiresPkce: false }, { ...NOTHING, requiresPkce: false }],
    [{ showsCode: true }, { ...NOTHING, showsCode: true }],
  ])('has what it is told: %j', async (said, pageSignIn) => {
    valueFrom(await house.useCases.createApplication({ ...PORTAL, ...said }))
    expect(await stored()).toEqual(pageSignIn)
  })

  it.each(UNFIT)('is refused for %s, and is then not there', async (_what, redirectUris, refusal) => {
    expect(await house.useCases.createApplication({ ...PORTAL, redirectUris })).toEqual({ ok: false, refusal })
    expect(await stored()).toBeUndefined()
  })
})

describe('how people sign in at the page', () => {
  it('is said anew, what is left out stays, and it is written down as a warning; sessions go on', async () => {
    valueFrom(await house.useCases.createApplication(PORTAL))
    const tokens = valueFrom(await house.signIn('device', await anAccountAt(house, 'ann')))
    const steps = [
      [{ redirectUris: [GOOD, 'app:/cb', GOOD] }, { ...NOTHING, redirectUris: [GOOD, 'app:/cb'] }],
      [{ requiresPkce: false }, { redirectUris: [GOOD, 'app:/cb'], requiresPkce: false, showsCode: false }],
      [{ showsCode: true }, { redirectUris: [GOOD, 'app:/cb'], requiresPkce: false, showsCode: true }],
      [{ redirectUris: [] }, { redirectUris: [], requiresPkce: false, showsCode: true }],
    ] as const
    for (const [said, pageSignIn] of steps) {
      const application = valueFrom(await set(said))
      expect(application.pageSignIn).toEqual(pageSignIn)
      expect(await stored()).toEqual(pageSignIn)
      const details = { ...pageSignIn, redirectUris: pageSignIn.redirectUris.join(' ') }
      const [row] = await house.store.auditTrail.list({ max: 1 })
      expect(row).toMatchObject({ action: 'application.page_sign_in_set', actor: 'operator', subject: application.id, details })
      expect(house.events.at(-1)).toMatchObject({ name: 'application.page_sign_in_set', level: 'warn', fields: details })
    }
    valueFrom(await set({ redirectUris: [GOOD] }, 'device'))
    valueFrom(await house.refresh('device', refreshTokenOf(tokens)))
  })

  it.each(UNFIT)('is refused for %s, and is then as it was', async (_what, redirectUris, refusal) => {
    valueFrom(await house.useCases.createApplication(PORTAL))
    expect(await set({ redirectUris, showsCode: true })).toEqual({ ok: false, refusal })
    expect(await stored()).toEqual(NOTHING)
  })

  it('is refused for an application that does not exist', async () => {
    expect(await set({ showsCode: true }, 'nobody')).toEqual({ ok: false, refusal: { code: 'application_not_found' } })
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Application } from '../../domain/application.ts'
import type { RedirectUri } from '../../domain/redirect-uri.ts'
import type { Scope } from '../../domain/scope.ts'
import type { WebOrigin } from '../../domain/web-origin.ts'
import { aDigest, anApplication, anAuditRow, createWorld, createWorldWithSession, NOON } from './builders.ts'
import { closedAfterEach, type OpenStore } from './stores-under-test.ts'

const REDIRECT_URIS = ['https://a.example/cb?x=1', 'app:/cb'] as RedirectUri[]

export function describeApplications(openStore: OpenStore): void {
  const open = closedAfterEach(openStore)

  describe('applications', () => {
    const kinds: [string, Partial<Application>][] = [
      ['public', {}],
      [
        'confidential',
        {
          type: 'confidential',
          signInDoor: 'smartflo',
          tokenFormat: 'self-refreshing',
          algorithm: 'EdDSA',
          refreshPolicy: { name: 'bearer', windowSeconds: 900 },
          audience: ['https://api.example', 'b'],
          checks: 'tenant',
          scope: '' as Scope,
          epoch: 7,
        },
      ],
      ['switched off', { enabled: false, refreshPolicy: { name: 'strict', windowSeconds: 30 }, checks: 'own', algorithm: 'HS256' }],
      ['Keycloak-shaped', { tokenFormat: 'keycloak', algorithm: 'RS256', passwordGrant: true }],
      ['sealed', { tokenFormat: 'sealed', pageSignIn: { redirectUris: REDIRECT_URIS, requiresPkce: false, showsCode: true } }],
    ]
    test.each(kinds)('a %s application is found exactly as it was created', async (_kind, changed) => {
      const store = await open()
      const { tenant, organisation } = await createWorld(store)
      const application = anApplication(tenant, { ...changed, organisationId: organisation.id })
      const secretDigest = application.type === 'confidential' ? aDigest() : undefined
      expect(await store.applications.create(application, secretDigest, anAuditRow())).toBe('created')
      expect(await store.applications.find(tenant.id, application.id)).toEqual(application)
      expect(await store.applications.findByClientId(tenant.id, application.clientId)).toEqual({ application, secretDigest })
      expect(await store.applications.list(tenant.id)).toContainEqual(application)
      if (application.signInDoor !== undefined) {
        expect(await store.applications.findForDoor(tenant.id, application.signInDoor)).toEqual(application)
      }
    })

    test('an application is not found from another tenant', async () => {
      const store = await open()
      const [here, elsewhere] = [await createWorld(store, { application: { signInDoor: 'vpaas' } }), await createWorld(store)]
      const { id, clientId } = here.application
      expect(await store.applications.find(elsewhere.tenant.id, id)).toBeUndefined()
      expect(await store.applications.findByClientId(elsewhere.tenant.id, clientId)).toBeUndefined()
      expect(await store.applications.findForDoor(elsewhere.tenant.id, 'vpaas')).toBeUndefined()
      expect(await store.applications.list(elsewhere.tenant.id)).toEqual([elsewhere.application])
    })

    test.each([
      ['client id', { clientId: 'taken' }],
      ["door's place", { signInDoor: 'vpaas' }],
    ])('a %s is given once in a tenant, and again in another', async (_what, changed) => {
      const store = await open()
      const here = await createWorld(store, { application: changed })
      const second = anApplication(here.tenant, changed)
      expect(await store.applications.create(second, undefined, anAuditRow())).toBe('taken')
      expect(await store.applications.list(here.tenant.id)).toEqual([here.application])
      const elsewhere = await createWorld(store)
      expect(await store.applications.create(anApplication(elsewhere.tenant, changed), undefined, anAuditRow())).toBe('created')
    })

    test('switching an application off raises its epoch; switching it on leaves the epoch raised', async () => {
      const store = await open()
      const { tenant, application } = await createWorld(store)
      const { applications } = store
      expect(await applications.setEnabled(application.id, false, NOON, anAuditRow())).toBe(true)
      expect(await applications.find(tenant.id, application.id)).toEqual({ ...application, enabled: false, epoch: 1 })
      expect(await applications.setEnabled(application.id, true, NOON, anAuditRow())).toBe(true)
      expect(await applications.find(tenant.id, application.id)).toEqual({ ...application, epoch: 1 })
      expect(await applications.raiseEpoch(application.id, NOON, anAuditRow())).toBe(true)
      expect(await applications.find(tenant.id, application.id)).toEqual({ ...application, epoch: 2 })
    })

    test('scopes and audience are replaced, and nothing else', async () => {
      const store = await open()
      const { tenant, application } = await createWorld(store)
      const webOrigins = ['https://page.example' as WebOrigin]
      const reach = { scope: 'other' as Scope, audience: ['https://a.example', 'https://b.example'], webOrigins }
      expect(await store.applications.setReach(application.id, reach, anAuditRow())).toBe(true)
      expect(await store.applications.find(tenant.id, application.id)).toEqual({ ...application, ...reach })
      expect(await store.applications.setReach(anApplication(tenant).id, reach, anAuditRow())).toBe(false)
    })

    test('S96: an origin is one of an enabled application of the tenant, of any or of one by name', async () => {
      const store = await open()
      const { tenant, application } = await createWorld(store)
      const stranger = await createWorld(store)
      const webOrigins = ['https://one.example', 'https://two.example'] as WebOrigin[]
      await store.applications.setReach(application.id, { ...application, webOrigins }, anAuditRow())
      const { applications } = store
      const asks = (origin: string, clientId?: string) => applications.allowsOrigin(tenant.id, origin, clientId)
      expect([await asks('https://two.example'), await asks('https://two.example', application.clientId)]).toEqual([true, true])
      expect([await asks('https://three.example'), await asks('https://two.example', 'other')]).toEqual([false, false])
      expect([await asks('https://%.example'), await asks('')]).toEqual([false, false])
      expect(await applications.allowsOrigin(stranger.tenant.id, 'https://two.example', undefined)).toBe(false)
      await applications.setEnabled(application.id, false, NOON, anAuditRow())
      expect(await asks('https://two.example')).toBe(false)
    })

    test('the password grant is switched on and off, and nothing else: its sessions go on', async () => {
      const store = await open()
      const { tenant, application, session } = await createWorldWithSession(store)
      const bystander = anApplication(tenant)
      await store.applications.create(bystander, undefined, anAuditRow())
      const row = anAuditRow()
      expect(await store.applications.setPasswordGrant(application.id, true, row)).toBe(true)
      expect(await store.applications.find(tenant.id, application.id)).toEqual({ ...application, passwordGrant: true })
      expect(await store.applications.find(tenant.id, bystander.id)).toEqual(bystander)
      expect((await store.sessions.find(tenant.id, session.id, NOON))?.current).toBe(true)
      expect((await store.auditTrail.list({ max: 1 }))[0]).toEqual(row)
      expect(await store.applications.setPasswordGrant(application.id, false, anAuditRow())).toBe(true)
      expect(await store.applications.find(tenant.id, application.id)).toEqual(application)
      const before = await store.auditTrail.list({ max: 100 })
      expect(await store.applications.setPasswordGrant(anApplication(tenant).id, true, anAuditRow())).toBe(false)
      await expect(store.applications.setPasswordGrant(application.id, true, row)).rejects.toThrow()
      expect(await store.applications.find(tenant.id, application.id)).toEqual(application)
      expect(await store.auditTrail.list({ max: 100 })).toEqual(before)
    })

    test.each([
      ['redirectUris', { redirectUris: REDIRECT_URIS }],
      ['requiresPkce', { requiresPkce: false }],
      ['showsCode', { showsCode: true }],
    ])('how people sign in at the page is said anew (%s), and nothing else: its sessions go on', async (_what, changed) => {
      const store = await open()
      const { tenant, application, session } = await createWorldWithSession(store)
      const bystander = anApplication(tenant)
      await store.applications.create(bystander, undefined, anAuditRow())
      const pageSignIn = { ...application.pageSignIn, ...changed }
      const row = anAuditRow()
      expect(await store.applications.setPageSignIn(application.id, pageSignIn, row)).toBe(true)
      expect(await store.applications.find(tenant.id, application.id)).toEqual({ ...application, pageSignIn })
      expect(await store.applications.find(tenant.id, bystander.id)).toEqual(bystander)
      expect((await store.sessions.find(tenant.id, session.id, NOON))?.current).toBe(true)
      expect((await store.auditTrail.list({ max: 1 }))[0]).toEqual(row)
      const before = await store.auditTrail.list({ max: 100 })
      expect(await store.applications.setPageSignIn(anApplication(tenant).id, pageSignIn, anAuditRow())).toBe(false)
      await expect(store.applications.setPageSignIn(application.id, application.pageSignIn, row)).rejects.toThrow()
      expect(await store.applications.find(tenant.id, application.id)).toEqual({ ...application, pageSignIn })
      expect(await store.auditTrail.list({ max: 100 })).toEqual(before)
    })

    test('a redirect URI is read back as it was written, whatever it is spelled with', async () => {
      const store = await open()
      const { tenant, application } = await createWorld(store)
      const uri = fc.stringMatching(/^https:\/\/a\.example\/[!-~]{0,60}$/)
      const asRead = async (redirectUris: readonly string[]) => {
        const pageSignIn = { ...application.pageSignIn, redirectUris: redirectUris as RedirectUri[] }
        await store.applications.setPageSignIn(application.id, pageSignIn, anAuditRow())
        return (await store.applications.find(tenant.id, application.id))?.pageSignIn
      }
      await fc.assert(
        fc.asyncProperty(fc.array(uri, { maxLength: 20 }), async (redirectUris) => {
          expect(await asRead(redirectUris)).toEqual({ ...application.pageSignIn, redirectUris })
        }),
        { numRuns: 30 },
      )
    })

    test('every change writes its audit row, and a change of nothing writes none', async () => {
      const store = await open()
      const { tenant, application } = await createWorld(store)
      const rows = [anAuditRow(), anAuditRow()] as const
      await store.applications.setEnabled(application.id, false, NOON, rows[0])
      await store.applications.raiseEpoch(application.id, NOON, rows[1])
      expect(await store.applications.setEnabled(anApplication(tenant).id, false, NOON, anAuditRow())).toBe(false)
      expect(await store.applications.raiseEpoch(anApplication(tenant).id, NOON, anAuditRow())).toBe(false)
      expect(await store.auditTrail.list({ max: 2 })).toEqual([...rows].reverse())
    })
  })
}

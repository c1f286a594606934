import { describe, expect, test } from 'vitest'
import type { LoginId } from '../../domain/account.ts'
import type { BucketKey } from '../../domain/limit.ts'
import {
  A_BLOCK,
  aCharge,
  aDigest,
  anAccount,
  anAdvance,
  anAuditRow,
  anOrganisation,
  aOneUseThing,
  aTenant,
  createWorldWithSession,
  NOON,
} from './builders.ts'
import { closedAfterEach, type OpenStore } from './stores-under-test.ts'

/** What people type who look for a hole. */
const HAND_STRINGS = [
  "'",
  "''",
  "' or '1'='1",
  "' or 1=1--",
  "x' union select id, password_hash from accounts--",
  "'; drop table sessions; --",
  '" or ""="',
  '%',
  '_',
  '\\',
  '?1',
  ':id',
  '$1',
  '{"$gt":""}',
  '[object Object]',
  'null',
  'undefined',
  'NaN',
  '0x27',
  '%27',
  '𝕊',
  'é',
  'e\u0301',
  'ß',
  '\u202e',
  '\ufeff',
  '*/ --',
  'x'.repeat(10_000),
]

/** What no text of the store can hold; cut off or replaced, each would be another spelling of `demo`, or of what follows it. */
const UNREPRESENTABLE = ['demo\u0000', 'demo\u0000x', '\u0000', 'demo\ud800', '\udc00demo']

export function describeHandStrings(openStore: OpenStore): void {
  const open = closedAfterEach(openStore)

  describe('S153-hand-strings', () => {
    test('S153-hand-strings: in every place they find what a plain wrong value finds: nothing', async () => {
      const store = await open()
      const { session, tenant } = await createWorldWithSession(store)
      for (const text of [...HAND_STRINGS, ...UNREPRESENTABLE]) {
        const id = text as never // a stranger's text where an id is expected
        expect(await store.tenants.find(id)).toBeUndefined()
        expect(await store.tenants.findByName(text)).toBeUndefined()
        expect(await store.tenants.findByHostName(text)).toBeUndefined()
        expect(await store.organisations.findByName(tenant.id, text)).toBeUndefined()
        expect(await store.accounts.findForSignIn(tenant.id, text as LoginId, A_BLOCK)).toBeUndefined()
        expect(await store.applications.findByClientId(tenant.id, text)).toBeUndefined()
        expect(await store.applications.findForDoor(tenant.id, text)).toBeUndefined()
        expect(await store.apiKeys.findByDigest(tenant.id, Buffer.from(text))).toBeUndefined()
        expect(await store.permanentTokens.findByDigest(tenant.id, Buffer.from(text))).toBeUndefined()
        expect(await store.sessions.find(tenant.id, id, NOON)).toBeUndefined()
        expect(await store.sessions.advance(anAdvance(session, { sessionId: id }))).toEqual({ kind: 'missing' })
        expect(await store.sessions.advance(anAdvance(session, { secret: Buffer.from(text) }))).toEqual({ kind: 'missing' })
        expect(await store.sessions.advance(anAdvance(session, { applicationId: id }))).toEqual({ kind: 'missing' })
        expect(await store.auditTrail.list({ subject: text, max: 5 })).toEqual([])
      }
      expect(await store.sessions.find(tenant.id, session.id, NOON)).toEqual({ session, current: true })
    })

    test('S153-hand-strings: what is stored comes back as it was, and is found by itself alone', async () => {
      const store = await open()
      const { tenant } = await createWorldWithSession(store)
      const organisation = anOrganisation(tenant)
      await store.organisations.create(organisation, anAuditRow())
      for (const text of HAND_STRINGS) {
        const named = aTenant({ name: text })
        expect(await store.tenants.create(named, anAuditRow({ subject: text, details: { text } }))).toBe('created')
        expect(await store.tenants.findByName(text)).toEqual(named)
        expect((await store.auditTrail.list({ subject: text, max: 5 })).map(({ details }) => details)).toEqual([{ text }])
        const account = anAccount(organisation, { loginIds: [text as LoginId] })
        expect(await store.accounts.create(account, text, anAuditRow())).toBe('created')
        const candidate = await store.accounts.findForSignIn(tenant.id, text as LoginId, A_BLOCK)
        expect(candidate).toMatchObject({ account, passwordHash: text })
        const charge = aCharge({ key: text as BucketKey })
        expect(await store.limits.charge({ charges: [charge], counted: charge.key, at: NOON })).toEqual({ allowed: true, attempts: 1 })
        const thing = aOneUseThing(tenant, { digest: aDigest(), boundTo: text, payload: text })
        await store.oneUseThings.put(thing)
        const consumed = await store.oneUseThings.consume({ ...thing, at: NOON, outcome: text })
        expect(consumed).toEqual({ kind: 'consumed', payload: text })
      }
    })

    test('S153-hand-strings: a text that cannot be held as it is finds nothing and is not stored as another one', async () => {
      const store = await open()
      for (const name of ['demo', '', 'demo\ufffd', '\ufffddemo']) await store.tenants.create(aTenant({ name }), anAuditRow())
      const before = await store.tenants.list()
      for (const text of UNREPRESENTABLE) {
        expect(await store.tenants.findByName(text)).toBeUndefined()
        await expect(store.tenants.create(aTenant({ name: text }), anAuditRow())).rejects.toThrow()
      }
      expect(await store.tenants.list()).toEqual(before)
    })
  })
}

/** Keys that change all the time, before two servers of one store and a checker that goes by published keys alone. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLocalJWKSet, decodeProtectedHeader, errors, jwtVerify } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { KEYS_CACHE_CONTROL } from '../front-doors/checking/wire.ts'
import { anAccountAt, openTestHouse, refreshTokenOf, type TestHouse, valueFrom } from '../testing/test-house.ts'
import type { SessionTokens } from './use-cases.ts'

/** Those whose access tokens others can check. */
const DOORS = ['strict', 'bearer', 'keycloak'] as const
const MAX_AGE_MS = Number(/max-age=(\d+)/.exec(KEYS_CACHE_CONTROL)?.[1]) * 1000

let folder: string
let servers: readonly [TestHouse, TestHouse]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ringkey-keys-'))
  const path = join(folder, 'ringkey.sqlite')
  const one = await openTestHouse({ path, lifetimes: { accessSeconds: 900, idleSeconds: 3600, absoluteSeconds: 86_400 } })
  servers = [one, await openTestHouse({ path, clock: one.clock, seed: 'the other' })]
})
afterEach(async () => {
  for (const server of servers) await server.close()
  await rm(folder, { recursive: true })
})

/** As each request finds it. */
const tenantAt = async ({ useCases }: TestHouse) => (await useCases.findTenant({ name: 'acme' })) ?? expect.fail('no tenant')

async function isGood(server: TestHouse, token: string): Promise<boolean> {
  const call = { tenant: await tenantAt(server), token, requiredScope: '', requiredAudience: undefined }
  return (await server.useCases.authorizeCall(call)).ok
}

/** Keeps the published keys for as long as it may, and asks for them no sooner, whatever it meets. */
function createStrictChecker() {
  let keys: ReturnType<typeof createLocalJWKSet> | undefined
  let readAt = Number.NEGATIVE_INFINITY
  return async (server: TestHouse, token: string): Promise<'good' | 'unknown key'> => {
    const now = server.clock.now()
    if (keys === undefined || now - readAt >= MAX_AGE_MS) {
      const published = await server.useCases.listPublicKeys(await tenantAt(server))
      keys = createLocalJWKSet({ keys: published.map(({ jwk }) => jwk) })
      readAt = now
    }
    try {
      await jwtVerify(token, keys, { currentDate: new Date(now) })
      return 'good'
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey) return 'unknown key'
      throw error
    }
  }
}

describe('S169: keys that are rotated all the time', () => {
  const HOURS = 2
  const STEP_MS = 20_000

  it('fail no token before it ends, at either server and at a checker that keeps published keys', async () => {
    const [one, other] = servers
    const check = createStrictChecker()
    const sessions: { readonly door: string; tokens: SessionTokens; readonly issued: { token: string; endsAt: number }[] }[] = []
    for (const door of DOORS) {
      const tokens = valueFrom(await one.signIn(door, await anAccountAt(one, door)))
      sessions.push({ door, tokens, issued: [] })
    }
    const used = new Set<string>()
    for (let step = 0; step * STEP_MS < HOURS * 3_600_000; step += 1) {
      one.clock.advance(STEP_MS)
      await one.store.beat(one.clock.now())
      const [server, beside] = step % 2 === 0 ? [one, other] : [other, one]
      valueFrom(await server.useCases.rotateKeys({ tenant: 'acme' }))
      const session = sessions[step % sessions.length]
      if (session === undefined) continue
      session.tokens = valueFrom(await server.refresh(session.door, refreshTokenOf(session.tokens)))
      const { accessToken, accessExpiresInSeconds } = session.tokens
      used.add(`${session.door} ${decodeProtectedHeader(accessToken).kid}`)
      session.issued.push({ token: accessToken, endsAt: one.clock.now() + accessExpiresInSeconds * 1000 })
      while ((session.issued[0]?.endsAt ?? Number.POSITIVE_INFINITY) <= one.clock.now()) session.issued.shift()
      const oldest = session.issued[0]?.token ?? ''
      for (const token of new Set([accessToken, oldest])) {
        expect([step, await isGood(server, token), await isGood(beside, token), await check(beside, token)]).toEqual([
          step,
          true,
          true,
          'good',
        ])
      }
      await server.retireOldKeys()
    }
    for (const door of DOORS) expect([...used].filter((name) => name.startsWith(door)).length, door).toBeGreaterThan(HOURS * 4)
  })

  it('end all that was made with one at once, at every server, when it is retired', async () => {
    const [one, other] = servers
    for (const door of DOORS) {
      const account = await anAccountAt(one, door)
      const { accessToken } = valueFrom(await one.signIn(door, account))
      expect([await isGood(one, accessToken), await isGood(other, accessToken)]).toEqual([true, true])
      const keyId = decodeProtectedHeader(accessToken).kid ?? ''
      valueFrom(await other.useCases.retireKey({ tenant: 'acme', keyId }))
      expect([await isGood(one, accessToken), await isGood(other, accessToken)], door).toEqual([false, false])
      const again = valueFrom(await one.signIn(door, account))
      expect([await isGood(one, again.accessToken), await isGood(other, again.accessToken)], door).toEqual([true, true])
    }
  })
})

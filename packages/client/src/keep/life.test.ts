/** A day of a program's life: a call every half minute, and of ten requests three fail somewhere on their way. */
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { connect } from '../connect.ts'
import { RingkeyError } from '../error.ts'
import { answerOf, openWorld, type World } from '../testing/world.ts'

vi.mock('@node-rs/argon2', () => import('../../../server/src/testing/quick-argon2.ts'))

let world: World
afterEach(() => world.stop())

const DAY_SECONDS = 86_400
const STEP_SECONDS = 30
const FAILING = 0.3

const reset = () => Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) })

/** Repeatable chance; the suite's seed gives the beginning. */
function createChance(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

describe('24 hours with 30 % of all requests failing', () => {
  it.each([
    ['smartflo', 3600],
    ['voipex', 3000],
  ] as const)('%s: every call has a token that is good, and there is one sign-in', async (name, lifeSeconds) => {
    world = await openWorld(name)
    const chance = createChance((fc.readConfigureGlobal()?.seed ?? 1) + lifeSeconds)
    const { email = '', password = '' } = world.given
    let failures = 0
    world.setWire(async (_request, pass) => {
      const dice = chance()
      if (dice >= FAILING) return pass()
      failures += 1
      if (dice < FAILING / 4) throw reset() // on its way there
      if (dice < FAILING / 2) {
        await (await pass()).text()
        throw reset() // on its way back
      }
      return dice < (3 * FAILING) / 4 ? answerOf(503, {}) : answerOf(502, {})
    })
    const connection = await connect(
      name,
      { email, password },
      { ...world.options, timeoutSeconds: 120, environment: { ...world.options.environment, random: chance } },
    )
    await connection.token()
    const signIns = world.count('login')
    const values = new Set<string>()
    for (let second = 0; second < DAY_SECONDS; second += STEP_SECONDS) {
      const { value, expiresAt } = await connection.token().catch((error: unknown) => {
        throw error instanceof RingkeyError ? new Error(`after ${second} s: ${error.code}: ${error.message}`) : error
      })
      expect(expiresAt?.getTime()).toBeGreaterThan(world.options.environment.now())
      values.add(value)
      await new Promise((resolve) => setImmediate(resolve)) // for what goes on behind it
      world.advance(STEP_SECONDS)
    }
    expect(world.server.faults).toEqual([])
    expect(failures).toBeGreaterThan(5)
    expect(values.size).toBeGreaterThan(DAY_SECONDS / lifeSeconds - 1)
    expect(values.size).toBeLessThan((DAY_SECONDS / lifeSeconds) * 1.5 + 2)
    expect(world.count('login')).toBe(signIns)
    expect(new Set([...values].map(sessionOf)).size).toBe(1)
  })
})

/** As VOIPEX's tokens tell it; Smartflo's have a way of their own to sign in, which is counted. */
function sessionOf(token: string): unknown {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).sid
}

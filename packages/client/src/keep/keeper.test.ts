/** When a token is renewed, and by whom, between a client and the real server on one set clock. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { connect } from '../connect.ts'
import type { ConnectionOptions } from '../connect-platform.ts'
import type { Connection } from '../connection.ts'
import { answerOf, openWorld, type World } from '../testing/world.ts'

vi.mock('@node-rs/argon2', () => import('../../../server/src/testing/quick-argon2.ts'))

let world: World
afterEach(() => world.stop())

const WITHOUT_WIRE = (_request: Request, pass: () => Promise<Response>) => pass()

/** @param changed of the options of the connection */
async function openSmartflo(changed: ConnectionOptions = {}): Promise<Connection> {
  world = await openWorld('smartflo')
  return another(changed)
}

/** As another process has it: nothing shared but the store. */
function another(changed: ConnectionOptions = {}): Promise<Connection> {
  const { email = '', password = '' } = world.given
  const environment = { ...world.options.environment, ...changed.environment }
  return connect('smartflo', { email, password }, { ...world.options, ...changed, environment })
}

function times(count: number, connection: Connection, options = {}): Promise<string[]> {
  return Promise.all(Array.from({ length: count }, async () => (await connection.token(options)).value))
}

/** Resolves when the condition holds. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve))
}

describe('one renewal', () => {
  it('a hundred tasks with an expired token ask once', async () => {
    const connection = await openSmartflo()
    expect(new Set(await times(100, connection)).size).toBe(1)
    world.advance(3700)
    expect(new Set(await times(100, connection)).size).toBe(1)
    expect(world.requests).toEqual(['POST /v1/auth/login 200', 'POST /v1/auth/refresh 200'])
  })

  it('eight that share a store, with a hundred tasks each, ask once', async () => {
    const first = await openSmartflo()
    await first.token()
    const all = [first, ...(await Promise.all(Array.from({ length: 7 }, () => another())))]
    world.advance(3700)
    const values = await Promise.all(all.map((connection) => times(100, connection)))
    expect(new Set(values.flat()).size).toBe(1)
    expect(world.requests).toEqual(['POST /v1/auth/login 200', 'POST /v1/auth/refresh 200'])
  })

  it('who was overtaken writes nothing over what the other has kept, though it was looked at meanwhile', async () => {
    const slow = await openSmartflo()
    await slow.token()
    const quick = await another()
    world.advance(3000)
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    let isFirst = true
    world.setWire(async (_request, pass) => {
      if (isFirst) {
        isFirst = false
        await held
        return answerOf(401, { success: false, message: 'Unauthenticated.' })
      }
      return pass()
    })
    const late = slow.token({ minValiditySeconds: 3000 })
    await until(() => world.count('refresh') === 1)
    const kept = (await quick.token({ minValiditySeconds: 3000 })).value
    await slow.status()
    release()
    expect((await late).value).toBe(kept)
    expect((await (await another()).token()).value).toBe(kept)
    expect([world.count('refresh'), world.count('login')]).toEqual([2, 1])
  })

  it('a new process uses the token that another has kept', async () => {
    const { value } = await (await openSmartflo()).token()
    expect((await (await another()).token()).value).toBe(value)
    expect(world.count('login')).toBe(1)
  })

  it('another name, another account and another address are other credentials', async () => {
    await (await openSmartflo()).token()
    await (await another({ name: 'other' })).token()
    await (await another({ baseUrl: world.baseUrl.replace('127.0.0.1', 'localhost') })).token()
    expect(world.count('login')).toBe(3)
  })
})

describe('windows', () => {
  it('in the soft window the old token is served at once, and a new one is fetched behind it', async () => {
    const connection = await openSmartflo()
    const [old] = await times(1, connection)
    world.advance(3600 * 0.9)
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    world.setWire(async (_request, pass) => {
      await held
      return pass()
    })
    expect(await times(50, connection)).toEqual(Array.from({ length: 50 }, () => old))
    release()
    await until(() => world.events.some((event) => event.name === 'renewed' && event.by === 'refresh'))
    expect(await times(1, connection)).not.toEqual([old])
    expect(world.count('refresh')).toBe(1)
  })

  it('before the soft window nothing is asked', async () => {
    const connection = await openSmartflo()
    await connection.token()
    world.advance(3600 * 0.7)
    await connection.token()
    expect(world.requests).toHaveLength(1)
  })

  it('where the soft window begins differs from process to process', async () => {
    await (await openSmartflo()).token()
    world.advance(3600 * 0.8)
    const early = await another({ environment: { random: () => 0 } })
    const late = await another({ environment: { random: () => 0.99 } })
    await late.token()
    expect(world.count('refresh')).toBe(0)
    await early.token()
    await until(() => world.count('refresh 200') === 1)
  })

  it('trouble in the soft window is no trouble of the caller’s, and is not asked into again at once', async () => {
    const connection = await openSmartflo()
    const [old] = await times(1, connection)
    world.advance(3600 * 0.9)
    world.setWire(async () => answerOf(503, {}))
    for (let calls = 0; calls < 20; calls += 1) {
      expect(await times(1, connection)).toEqual([old])
      await new Promise((resolve) => setImmediate(resolve))
    }
    await until(() => world.events.some((event) => event.name === 'renewal_failed'))
    expect(world.count('refresh')).toBe(1)
    expect(world.events.filter((event) => event.name === 'renewal_failed')).toEqual([
      { name: 'renewal_failed', platform: 'smartflo', code: 'unavailable', inBackground: true },
    ])
  })

  it('in the hard window callers wait, through passing trouble', async () => {
    const connection = await openSmartflo()
    const [old] = await times(1, connection)
    world.advance(3590)
    let failures = 0
    world.setWire(async (_request, pass) => (++failures < 3 ? answerOf(503, {}) : pass()))
    const values = new Set(await times(20, connection))
    expect(values.size).toBe(1)
    expect(values.has(old ?? '')).toBe(false)
    expect(world.requests.slice(1)).toEqual(['POST /v1/auth/refresh 503', 'POST /v1/auth/refresh 503', 'POST /v1/auth/refresh 200'])
  })

  it('a caller can demand more validity than the window has', async () => {
    const connection = await openSmartflo()
    const [old] = await times(1, connection)
    world.advance(600)
    expect(await times(1, connection)).toEqual([old])
    const token = await connection.token({ minValiditySeconds: 3300 })
    expect(token.value).not.toBe(old)
    expect((token.expiresAt?.getTime() ?? 0) - world.options.environment.now()).toBeGreaterThan(3_300_000)
  })

  it('a demand that no token meets is refused, and asks for nothing again and again', async () => {
    const connection = await openSmartflo()
    for (let calls = 0; calls < 3; calls += 1) {
      await expect(connection.token({ minValiditySeconds: 7200 })).rejects.toMatchObject({ code: 'configuration' })
    }
    expect(world.requests).toEqual(['POST /v1/auth/login 200'])
  })
})

describe('a platform whose tokens have ended when they arrive', () => {
  it('is told of, and not asked for ever', async () => {
    const connection = await openSmartflo()
    world.setWire(async (_request, pass) => {
      const answer = await pass()
      world.advance(3600)
      return answer
    })
    await expect(connection.token()).rejects.toMatchObject({ code: 'unexpected_answer' })
    expect(world.requests.length).toBeLessThan(5)
  })
})

describe('clocks', () => {
  it.each([-1200, 1200])('a clock that is %d s off is found out by the platform’s Date', async (offSeconds) => {
    world = await openWorld('smartflo')
    const { now } = world.options.environment
    const off = { environment: { now: () => now() + offSeconds * 1000 } }
    const connection = await another(off)
    const { expiresAt } = await connection.token()
    expect(expiresAt?.getTime()).toBeCloseTo(now() + offSeconds * 1000 + 3_600_000, -4)
    expect((await connection.status()).clockAheadSeconds).toBe(-offSeconds)
    expect(world.events).toContainEqual({ name: 'clock_skew', platform: 'smartflo', seconds: -offSeconds })
  })

  it('two clocks 20 minutes apart share a store: nobody renews too early, and nobody gets a token that has ended', async () => {
    world = await openWorld('smartflo')
    const { now } = world.options.environment
    const here = await another({ environment: { host: 'here' } })
    const ahead = await another({ environment: { host: 'ahead', now: () => now() + 1_200_000 } })
    const behind = await another({ environment: { host: 'behind', now: () => now() - 1_200_000 } })
    const first = (await here.token()).value
    world.advance(2500)
    for (const connection of [here, ahead, behind]) expect((await connection.token()).value).toBe(first)
    world.advance(1095)
    const second = (await behind.token()).value
    expect(second).not.toBe(first)
    for (const connection of [here, ahead]) expect((await connection.token()).value).toBe(second)
    expect(world.count('auth')).toBe(2)
  })

  it('a new process of a host whose clock is known to be off need not ask for the time', async () => {
    world = await openWorld('smartflo')
    const { now } = world.options.environment
    const ahead = { environment: { host: 'ahead', now: () => now() + 1_200_000 } }
    const { value } = await (await another(ahead)).token()
    world.advance(2500)
    expect((await (await another(ahead)).token()).value).toBe(value)
    expect(world.requests).toHaveLength(1)
  })

  it('a lease is never judged by two clocks', async () => {
    const first = await openSmartflo({ environment: { host: 'here' } })
    await first.token()
    const { now } = world.options.environment
    const ahead = await another({ environment: { host: 'ahead', now: () => now() + 1_200_000 } })
    world.advance(3700)
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    world.setWire(async (request, pass) => {
      if (request.method === 'POST') await held
      return pass()
    })
    const mine = first.token()
    await until(() => world.count('refresh') === 1)
    const other = ahead.token()
    await until(() => world.count('GET ') === 1) // it has asked for the time, and now waits for the lease
    release()
    expect((await other).value).toBe((await mine).value)
    expect(world.count('refresh')).toBe(1)
  })
})

describe('being asked to wait', () => {
  it.each([
    ['seconds', () => '20'],
    ['a date', () => new Date(world.options.environment.now() + 20_000).toUTCString()],
  ])('Retry-After as %s is obeyed', async (_spelling, value) => {
    const connection = await openSmartflo()
    await connection.token()
    world.advance(3700)
    const askedAt: number[] = []
    world.setWire(async (_request, pass) => {
      askedAt.push(world.options.environment.now())
      return askedAt.length === 1 ? answerOf(429, { message: 'Too Many Attempts.' }, { 'retry-after': value() }) : pass()
    })
    await connection.token()
    expect(askedAt).toHaveLength(2)
    expect((askedAt[1] ?? 0) - (askedAt[0] ?? 0)).toBeGreaterThanOrEqual(19_000)
  })

  it('who would have to wait too long is told for how long', async () => {
    const connection = await openSmartflo()
    world.setWire(async () => answerOf(429, {}, { 'retry-after': '600' }))
    await expect(connection.token()).rejects.toMatchObject({ code: 'rate_limited', retryAfterSeconds: 600, status: 429 })
  })

  it('what one process was asked for, the others do too', async () => {
    const connection = await openSmartflo()
    world.setWire(async () => answerOf(429, {}, { 'retry-after': '600' }))
    await expect(connection.token()).rejects.toMatchObject({ code: 'rate_limited' })
    world.setWire(WITHOUT_WIRE)
    const other = await another()
    await expect(other.token()).rejects.toMatchObject({ code: 'rate_limited', retryAfterSeconds: 600 })
    expect(world.requests).toHaveLength(1)
    world.advance(601)
    expect((await other.token()).value).not.toBe('')
  })

  it('waits longer from failure to failure', async () => {
    const connection = await openSmartflo()
    const askedAt: number[] = []
    world.setWire(async (_request, pass) => {
      askedAt.push(world.options.environment.now())
      return askedAt.length < 5 ? answerOf(503, {}) : pass()
    })
    await connection.token()
    const waits = askedAt.slice(1).map((at, index) => at - (askedAt[index] ?? 0))
    expect(waits).toHaveLength(4)
    expect(waits).toEqual(waits.toSorted((one, other) => one - other))
    expect(waits.at(-1)).toBeGreaterThan(4 * (waits[0] ?? 0))
  })

  it('two that have failed together do not come again together', async () => {
    world = await openWorld('smartflo')
    const waitOf = async (name: string, random: number): Promise<number> => {
      const askedAt: number[] = []
      world.setWire(async (_request, pass) => {
        askedAt.push(world.options.environment.now())
        return askedAt.length === 1 ? answerOf(503, {}) : pass()
      })
      await (await another({ name, environment: { random: () => random } })).token()
      return (askedAt[1] ?? 0) - (askedAt[0] ?? 0)
    }
    const [early, late] = [await waitOf('early', 0), await waitOf('late', 0.999)]
    expect(early).toBeGreaterThanOrEqual(250)
    expect(late).toBeGreaterThan(early * 1.5)
  })

  it('gives up in the end, and says what it met', async () => {
    const connection = await openSmartflo({ timeoutSeconds: 10 })
    world.setWire(() =>
      Promise.reject(
        Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }) }),
      ),
    )
    const began = world.options.environment.now()
    await expect(connection.token()).rejects.toMatchObject({ code: 'network', message: expect.stringContaining('ECONNREFUSED') })
    expect(world.options.environment.now() - began).toBeLessThanOrEqual(11_000)
  })
})

describe('onEvent', () => {
  it.each([
    [
      'throws',
      () => {
        throw new Error('no disk')
      },
    ],
    ['rejects', () => Promise.reject(new Error('no disk'))],
  ])('that %s breaks nothing, and is a warning', async (_how, fail) => {
    const warnings: string[] = []
    world = await openWorld('smartflo')
    const environment = { ...world.options.environment, warn: (sentence: string) => void warnings.push(sentence) }
    const connection = await another({ onEvent: fail, environment })
    await connection.token()
    world.advance(3700)
    await connection.token()
    await new Promise((resolve) => setImmediate(resolve))
    expect(warnings).toHaveLength(2)
    expect(warnings[0]).toBe('onEvent has failed, and the event is lost: Error: no disk')
    expect(world.requests).toEqual(['POST /v1/auth/login 200', 'POST /v1/auth/refresh 200'])
  })
})

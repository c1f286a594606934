/** What becomes of a renewal that was cut off, refused, or could not be written down. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { connect } from '../connect.ts'
import type { ConnectionOptions } from '../connect-platform.ts'
import type { Connection } from '../connection.ts'
import { RingkeyError } from '../error.ts'
import { openWorld, type World } from '../testing/world.ts'
import type { Store } from './store.ts'

vi.mock('@node-rs/argon2', () => import('../../../server/src/testing/quick-argon2.ts'))

let world: World
afterEach(() => world.stop())

async function openSmartflo(changed: ConnectionOptions = {}): Promise<Connection> {
  world = await openWorld('smartflo')
  return another(changed)
}

function another(changed: ConnectionOptions = {}): Promise<Connection> {
  const { email = '', password = '' } = world.given
  return connect('smartflo', { email, password }, { ...world.options, ...changed })
}

/** The request arrives, and its answer is lost on the way back. */
async function loseAnswer(_request: Request, pass: () => Promise<Response>): Promise<Response> {
  await (await pass()).text()
  throw Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }) })
}

/** Once; then all goes well. */
function once(fault: typeof loseAnswer): typeof loseAnswer {
  let done = false
  return (request, pass) => {
    const now = done ? pass() : fault(request, pass)
    done = true
    return now
  }
}

/** The process ends here: what it waits for never comes. */
function never(): Promise<never> {
  return new Promise(() => {})
}

describe('an answer that was lost', () => {
  it('is asked for again at a Ringkey server, and the session goes on', async () => {
    const connection = await openSmartflo()
    await connection.token()
    world.advance(3590)
    world.setWire(once(loseAnswer))
    await connection.token()
    expect(world.requests.slice(1)).toEqual(['POST /v1/auth/refresh', 'POST /v1/auth/refresh 200'])
  })

  it('is not asked for again where that ends the session: there is a new sign-in', async () => {
    const connection = await openSmartflo({ repeatsLostAnswers: false })
    await connection.token()
    world.advance(3530)
    world.setWire(once(loseAnswer))
    await connection.token({ minValiditySeconds: 100 })
    expect(world.requests.slice(1)).toEqual(['POST /v1/auth/refresh', 'POST /v1/auth/login 200'])
  })

  it.each([true, false])('of a process that died is found by the next (a server that repeats: %s)', async (repeatsLostAnswers) => {
    const connection = await openSmartflo({ repeatsLostAnswers })
    await connection.token()
    world.advance(3530)
    world.setWire(async (_request, pass) => {
      await (await pass()).text()
      return never()
    })
    const demand = { minValiditySeconds: 100 }
    void connection.token(demand)
    while (world.count('refresh') === 0) await new Promise((resolve) => setImmediate(resolve))
    world.setWire((_request, pass) => pass())
    const next = await another({ repeatsLostAnswers, environment: { ...world.options.environment, isAlive: () => false } })
    await next.token(demand)
    expect(world.requests.at(-1)).toBe(repeatsLostAnswers ? 'POST /v1/auth/refresh 200' : 'POST /v1/auth/login 200')
    expect(world.requests).toHaveLength(3)
  })

  it('that was never sent is no lost answer', async () => {
    const connection = await openSmartflo({ repeatsLostAnswers: false })
    await connection.token()
    world.advance(3530)
    world.setWire(
      once(() =>
        Promise.reject(Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error('no'), { code: 'ECONNREFUSED' }) })),
      ),
    )
    await connection.token({ minValiditySeconds: 100 })
    expect(world.requests.slice(1)).toEqual(['POST /v1/auth/refresh', 'POST /v1/auth/refresh 200'])
  })
})

describe('a lease whose holder has gone', () => {
  /** A process takes the lease and stays in the middle of its call. */
  async function leaveLeaseBehind(): Promise<void> {
    world = await openWorld('smartflo')
    const dead = await another({ environment: { ...world.options.environment, process: 1 } })
    await dead.token()
    world.advance(3700)
    world.setWire(never)
    void dead.token()
    while (world.count('refresh') === 0) await new Promise((resolve) => setImmediate(resolve))
    world.setWire((_request, pass) => pass())
  }

  it('is taken over at once on its own host', async () => {
    await leaveLeaseBehind()
    const at = world.options.environment.now()
    const next = await another({ environment: { ...world.options.environment, isAlive: (process) => process !== 1 } })
    await next.token()
    expect(world.options.environment.now() - at).toBeLessThan(1000)
    expect(world.events).toContainEqual({ name: 'lease_taken_over', platform: 'smartflo' })
  })

  it('is taken over within its length from another host', async () => {
    await leaveLeaseBehind()
    const at = world.options.environment.now()
    const next = await another({ environment: { ...world.options.environment, host: 'elsewhere' } })
    await next.token()
    const waitedMs = world.options.environment.now() - at
    expect(waitedMs).toBeGreaterThanOrEqual(15_000)
    expect(waitedMs).toBeLessThan(16_000)
  })

  it('is not taken over while its holder lives, for who waits no longer', async () => {
    await leaveLeaseBehind()
    const next = await another({ timeoutSeconds: 5, environment: { ...world.options.environment, isAlive: () => true } })
    await expect(next.token()).rejects.toMatchObject({ code: 'timeout', outcome: 'not_done' })
  })
})

describe('the loser of a race', () => {
  it('takes what the winner has written, and takes nothing away', async () => {
    const slow = await openSmartflo()
    await slow.token()
    world.advance(3700)
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    world.setWire(async (_request, pass) => {
      const answer = await pass()
      await held
      return answer
    })
    const late = slow.token()
    while (world.count('refresh') === 0) await new Promise((resolve) => setImmediate(resolve))
    world.setWire((_request, pass) => pass())
    const quick = await another({ environment: { ...world.options.environment, isAlive: () => false } })
    const won = await quick.token()
    release()
    expect((await late).value).toBe(won.value)
    expect((await (await another()).token()).value).toBe(won.value)
    expect(world.count('login')).toBe(1)
  })

  it('hands out the winner’s token, not one of its own that nobody keeps', async () => {
    const slow = await openSmartflo({ repeatsLostAnswers: false })
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    world.setWire(async (_request, pass) => {
      const answer = await pass()
      await held
      return answer
    })
    const late = slow.token()
    while (world.count('login') === 0) await new Promise((resolve) => setImmediate(resolve))
    world.setWire((_request, pass) => pass())
    const environment = { ...world.options.environment, isAlive: () => false }
    const won = await (await another({ repeatsLostAnswers: false, environment })).token()
    release()
    expect((await late).value).toBe(won.value)
    expect(world.requests).toEqual(['POST /v1/auth/login 200', 'POST /v1/auth/login 200'])
  })

  it('that was refused because the other was quicker reads again too', async () => {
    const slow = await openSmartflo({ repeatsLostAnswers: false })
    await slow.token()
    world.advance(3530)
    const demand = { minValiditySeconds: 100 }
    let won = ''
    world.setWire(
      once(async () => {
        const quick = await another({ environment: { ...world.options.environment, isAlive: () => false } })
        won = (await quick.token(demand)).value
        return new Response('{"message":"The token has been blacklisted"}', { status: 401 })
      }),
    )
    expect((await slow.token(demand)).value).toBe(won)
    expect(world.requests.filter((line) => line.includes('login'))).toHaveLength(1)
  })
})

/** A store that fails when it is told to. */
function breakable(store: Store): Store & { failing: 'no' | 'writes' | 'grants' } {
  const failure = new RingkeyError('store_unavailable', 'Tokens cannot be written. Make room on the disk.')
  return {
    failing: 'no',
    name: 'breakable',
    read: (key) => store.read(key),
    swap(key, version, value, options) {
      const isGrant = !key.endsWith('.lease') && value !== undefined && !value.includes('"intent"')
      if (this.failing === 'writes' || (this.failing === 'grants' && isGrant)) return Promise.reject(failure)
      return store.swap(key, version, value, options)
    },
  }
}

describe('a store that cannot be written', () => {
  it('before the call: nothing is asked of the platform', async () => {
    world = await openWorld('smartflo')
    const store = breakable(world.store)
    store.failing = 'writes'
    const connection = await another({ store })
    await expect(connection.token()).rejects.toMatchObject({ code: 'store_unavailable' })
    expect(world.requests).toEqual([])
  })

  it('in the soft window: the old token is served', async () => {
    world = await openWorld('smartflo')
    const store = breakable(world.store)
    const connection = await another({ store })
    const { value } = await connection.token()
    world.advance(3600 * 0.92)
    store.failing = 'writes'
    expect((await connection.token()).value).toBe(value)
    expect((await connection.token()).value).toBe(value)
  })

  it('after the call: nobody gets the token, and it is there when the store is', async () => {
    world = await openWorld('smartflo')
    const store = breakable(world.store)
    const connection = await another({ store })
    const { value: old } = await connection.token()
    world.advance(3700)
    store.failing = 'grants'
    for (let calls = 0; calls < 3; calls += 1) await expect(connection.token()).rejects.toMatchObject({ code: 'store_unavailable' })
    store.failing = 'no'
    const { value } = await connection.token()
    expect(value).not.toBe(old)
    expect((await (await another()).token()).value).toBe(value)
    expect(world.count('refresh')).toBe(1)
  })
})

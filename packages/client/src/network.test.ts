/** What `connection.fetch` says where no answer comes. */
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { connect } from './connect.ts'
import { memoryStore } from './keep/memory-store.ts'
import { openApi } from './testing/api.ts'

const TOKEN = 'aaaa.bbbb.cccc'

/** @param fetch in the place of the machine's */
const open = (fetch: (request: Request) => Promise<Response>, baseUrl = 'https://api.example') =>
  connect(
    'smartflo',
    { token: TOKEN },
    { baseUrl, store: memoryStore(), environment: { fetch: (input, init) => fetch(new Request(input, init)) } },
  )

it('a refusal is quoted without its full stop, which the sentence around it has', async () => {
  const environment = { fetch: async () => Response.json({ message: 'No such user. Try again!' }, { status: 401 }) }
  const connection = await connect('smartflo', { email: 'olga', password: 'geheim77' }, { store: memoryStore(), environment })
  await expect(connection.token()).rejects.toMatchObject({ message: expect.stringContaining(': "No such user. Try again". Correct') })
})

describe('a call that the network does not carry', () => {
  it('is this package’s error, with a cause that has lost the request', async () => {
    const connection = await open(async (request) => {
      const sent = Object.fromEntries(request.headers)
      throw Object.assign(new TypeError(`fetch failed: ${JSON.stringify(sent)}`, { cause: { code: 'ECONNRESET' } }), { sent })
    })
    const error: unknown = await connection.fetch('/v1/calls').catch((caught: unknown) => caught)
    expect(error).toMatchObject({
      name: 'RingkeyError',
      code: 'network',
      outcome: 'unknown',
      cause: { name: 'TypeError', code: 'ECONNRESET' },
    })
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(TOKEN)
  })

  it('may be made again where nobody has listened', async () => {
    const api = await openApi()
    api.stop()
    const connection = await open((request) => fetch(request), api.url)
    await expect(connection.fetch('/v1/calls')).rejects.toMatchObject({ code: 'network', outcome: 'not_done' })
  })

  it('that the machine has given up in time is a timeout', async () => {
    const connection = await open(async () => {
      throw new DOMException('slow', 'TimeoutError')
    })
    await expect(connection.fetch('/v1/calls')).rejects.toMatchObject({ code: 'timeout', outcome: 'unknown' })
  })

  it.each([
    ['its own AbortError', undefined],
    ['its own reason', new Error('enough')],
  ])('ends by the caller’s signal with %s', async (_what, reason) => {
    const ended = new AbortController()
    const connection = await open(async (request) => {
      queueMicrotask(() => ended.abort(reason))
      await new Promise((resolve) => request.signal.addEventListener('abort', resolve))
      throw new TypeError('fetch failed')
    })
    const error: unknown = await connection.fetch('/v1/calls', { signal: ended.signal }).catch((caught: unknown) => caught)
    expect(error).toBe(ended.signal.reason)
    expect(error).toMatchObject({ name: reason === undefined ? 'AbortError' : 'Error' })
  })

  it('that is no request is fetch’s own TypeError', async () => {
    const connection = await open(async () => expect.unreachable())
    await expect(connection.fetch('/v1/calls', { body: 'a' })).rejects.toBeInstanceOf(TypeError)
  })
})

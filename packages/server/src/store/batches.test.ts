import { afterEach, describe, expect, test, vi } from 'vitest'
import type { ApplicationId, SessionId } from '../domain/ids.ts'
import type { Session } from '../domain/session.ts'
import { createRefreshBatches, type RunBatch } from './batches.ts'
import { LIFETIMES, NOON } from './contract/builders.ts'
import type { Advance, Turn } from './sessions.ts'

function present(sessionId: string, changed: Partial<Advance> = {}): Advance {
  return {
    sessionId: sessionId as SessionId,
    applicationId: 'app_one' as ApplicationId,
    secret: Buffer.alloc(16, 1),
    generation: 0,
    at: NOON,
    lifetimes: LIFETIMES,
    refreshPolicy: { name: 'device' },
    ...changed,
  }
}

/** An answer that says which entry it was for. */
function turnFor({ sessionId, generation }: Advance): Turn {
  return { kind: 'advanced', session: { id: sessionId, generation: generation + 1 } as Session }
}

const fulfilled = (entries: readonly Advance[]): PromiseSettledResult<Turn>[] =>
  entries.map((entry) => ({ status: 'fulfilled', value: turnFor(entry) }))

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

/** Long enough for what was brought together to be sent, when nothing more is brought. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await nextTurn()
}

/** A store whose batches end when the test says so. */
function createHeldStore() {
  const batches: { entries: readonly Advance[]; commit: () => void; fail: (reason: unknown) => void }[] = []
  const runBatch: RunBatch<Advance, Turn> = (entries) =>
    new Promise((resolve, reject) => batches.push({ entries, commit: () => resolve(fulfilled(entries)), fail: reject }))
  return { batches, ...createRefreshBatches({ runBatch }) }
}

/** A store that answers at once, and keeps what it was sent. */
function createQuickStore(answer: (entries: readonly Advance[]) => PromiseSettledResult<Turn>[] = fulfilled) {
  const sent: (readonly Advance[])[] = []
  const runBatch: RunBatch<Advance, Turn> = async (entries) => {
    sent.push(entries)
    return answer(entries)
  }
  return { sent, ...createRefreshBatches({ runBatch }) }
}

describe('refresh batches', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  test('all advances of one turn of the event loop go together, in the order of their sessions, and each gets its answer', async () => {
    const { advance, sent } = createQuickStore()
    const asked = [present('b'), present('c', { generation: 2 }), present('c'), present('a')]
    const answers = await Promise.all(asked.map((each) => advance(each)))
    expect(sent).toEqual([[asked[3], asked[0], asked[2], asked[1]]])
    expect(answers).toEqual(asked.map(turnFor))
  })

  test('an idle server answers at once: there is no timer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'Date', 'performance'] })
    const { advance } = createQuickStore()
    expect(await advance(present('a'))).toEqual(turnFor(present('a')))
    expect(await advance(present('b'))).toEqual(turnFor(present('b')))
  })

  test('equal presentations that began at several instants are one entry of the earliest, in whatever order they come', async () => {
    const { advance, sent } = createQuickStore()
    await Promise.all([NOON + 3000, NOON, NOON + 1000].map((at) => advance(present('a', { at }))))
    expect(sent).toEqual([[present('a', { at: NOON })]])
  })

  test('equal presentations of one turn are one entry and share its answer', async () => {
    const { advance, sent } = createQuickStore()
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => advance(present('a', { at: NOON + index }))))
    expect(sent.map((entries) => entries.length)).toEqual([1])
    expect(new Set(answers).size).toBe(1)
  })

  test('presentations that differ in generation, secret or application do not share an answer', async () => {
    const { advance, sent } = createQuickStore()
    const other = 'app_other' as ApplicationId
    const asked = [
      present('a'),
      present('a', { generation: 1 }),
      present('a', { secret: Buffer.alloc(16, 2) }),
      present('a', { applicationId: other }),
    ]
    await Promise.all(asked.map((each) => advance(each)))
    expect(sent.map((entries) => entries.length)).toEqual([4])
  })

  test('no answer leaves before its batch is committed', async () => {
    const { advance, batches } = createHeldStore()
    const answered: string[] = []
    const waiting = advance(present('a')).then(() => answered.push('a'))
    await nextTurn()
    await nextTurn()
    expect(batches).toHaveLength(1)
    expect(answered).toEqual([])
    batches[0]?.commit()
    await waiting
    expect(answered).toEqual(['a'])
  })

  test('two batches are in flight, of at most 256 entries, and the next one fills meanwhile', async () => {
    const { advance, batches } = createHeldStore()
    const names = Array.from({ length: 600 }, (_, index) => `s${String(index).padStart(3, '0')}`)
    const calls = names.map((name) => advance(present(name)))
    await nextTurn()
    expect(batches.map(({ entries }) => entries.length)).toEqual([256, 256])
    calls.push(...['x', 'y'].map((name) => advance(present(name))))
    await nextTurn()
    expect(batches).toHaveLength(2)
    batches[1]?.commit()
    await nextTurn()
    await nextTurn()
    expect(batches.map(({ entries }) => entries.length)).toEqual([256, 256, 90])
    for (const batch of batches) batch.commit()
    expect(await Promise.all(calls)).toHaveLength(602)
  })

  test('an entry that fails is answered alone, to all who wait for it', async () => {
    const { advance } = createQuickStore((entries) =>
      fulfilled(entries).map((answer, index) =>
        entries[index]?.sessionId === 'bad' ? { status: 'rejected', reason: new Error('broken row') } : answer,
      ),
    )
    const answers = await Promise.allSettled(['a', 'bad', 'z', 'bad'].map((name) => advance(present(name))))
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected'])
  })

  test('under load a batch waits while turns bring more, for eight turns at most; alone it is sent after its own', async () => {
    const { advance, sent } = createQuickStore()
    const answers = [advance(present('alone'))]
    await nextTurn()
    expect(sent.map((entries) => entries.length)).toEqual([1])
    for (let turn = 0; turn < 12; turn += 1) {
      answers.push(advance(present(`${turn} a`)), advance(present(`${turn} b`)))
      await nextTurn()
    }
    await Promise.all(answers)
    expect(sent.map((entries) => entries.length)).toEqual([1, 16, 8])
  })

  test('a batch that fails is rejected whole, the next one is not, and the same entries may be sent again', async () => {
    const { advance, batches } = createHeldStore()
    const calls = Promise.allSettled(['a', 'b'].map((name) => advance(present(name))))
    await quiet()
    batches[0]?.fail(new Error('disk full'))
    expect((await calls).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    const again = advance(present('a'))
    await quiet()
    batches[1]?.commit()
    expect(await again).toEqual(turnFor(present('a')))
  })

  test('an entry that the store left without an answer is rejected, not left to wait', async () => {
    const { advance } = createQuickStore(() => [])
    await expect(advance(present('a'))).rejects.toMatchObject({ message: expect.stringContaining('without an answer') })
  })

  test('whether a caller has gone is asked just before the batch is sent', async () => {
    const { advance, batches } = createHeldStore()
    let hasGone = false
    const first = [advance(present('a')), advance(present('b'))]
    await quiet()
    first.push(advance(present('c')))
    await quiet()
    const waiting = [advance(present('gone'), () => hasGone), advance(present('shared'), () => hasGone), advance(present('shared'))]
    await quiet()
    hasGone = true
    for (const batch of batches) batch.commit()
    await quiet()
    await quiet()
    expect(batches[2]?.entries.map(({ sessionId }) => sessionId)).toEqual(['shared'])
    batches[2]?.commit()
    expect((await Promise.all(waiting)).map(({ kind }) => kind)).toEqual(['missing', 'advanced', 'advanced'])
    await Promise.all(first)
  })

  test('a batch of which nobody waits any more is not sent', async () => {
    const { advance, sent, drained } = createQuickStore()
    expect(await advance(present('a'), () => true)).toEqual({ kind: 'missing' })
    await drained()
    expect(sent).toEqual([])
  })

  test('drained is when nothing waits and nothing is in flight', async () => {
    const { advance, batches, drained } = createHeldStore()
    const order: string[] = []
    await drained()
    const call = advance(present('a')).then(() => order.push('answered'))
    const end = drained().then(() => order.push('drained'))
    await nextTurn()
    expect(order).toEqual([])
    batches[0]?.commit()
    await Promise.all([call, end])
    expect(order).toEqual(['answered', 'drained'])
  })
})

import type { Connection, Verb } from './connection.ts'

/** One transaction does not keep the event loop for longer than this many small writes take. */
const MAX_TOGETHER = 32

export interface GroupCommit {
  /** As `Connection.write`, but together with the other small writes of this turn of the event loop: one sync for all of them. */
  writeTogether<T>(verb: Verb<T>): Promise<T>
  /** Resolves when nothing waits. */
  drained(): Promise<void>
}

/**
 * For writes that come in crowds, a sign-in's: a sync costs more than all of its statements, and the process waits with it.
 * Each write is a part of the transaction that fails or is rolled back alone; each is answered after the commit.
 */
export function createGroupCommit({ write, attempt }: Pick<Connection, 'write' | 'attempt'>): GroupCommit {
  let waiting: Waiting[] = []
  let idle = Promise.resolve()

  async function commitAll(): Promise<void> {
    await nextTurn()
    while (waiting.length > 0) {
      const group = waiting.slice(0, MAX_TOGETHER)
      waiting = waiting.slice(MAX_TOGETHER)
      await commit(group)
      if (waiting.length > 0) await nextTurn()
    }
  }

  async function commit(group: readonly Waiting[]): Promise<void> {
    try {
      const settled = await write(() => group.map(({ verb }) => attempt(verb)))
      for (const [index, { settle }] of group.entries()) settle(settled[index])
    } catch (reason) {
      for (const { settle } of group) settle({ status: 'rejected', reason })
    }
  }

  return {
    writeTogether: <T>(verb: Verb<T>) =>
      new Promise<T>((resolve, reject) => {
        let answer: { readonly value: T } | undefined
        waiting.push({
          verb: (rollback) => {
            answer = { value: verb(rollback) }
          },
          settle(outcome) {
            if (outcome?.status === 'fulfilled' && answer !== undefined) resolve(answer.value)
            else reject(outcome?.status === 'rejected' ? outcome.reason : new Error('a write of a group was left without an outcome'))
          },
        })
        if (waiting.length === 1) idle = idle.then(commitAll)
      }),
    drained: () => idle,
  }
}

/** A write with its answer's type kept to itself. */
interface Waiting {
  readonly verb: Verb<void>
  readonly settle: (outcome: PromiseSettledResult<void> | undefined) => void
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve))
}

import { describe, expect, it, vi } from 'vitest'
import { accept, refuse } from '../domain/outcome.ts'
import { anAccount, ringkey, stubUseCases } from './testing/cli-bench.ts'

describe('an account that somebody has asked to delete', () => {
  it('is kept, and the operator is told what to do next', async () => {
    const stopErasure = vi.fn(async () => accept(anAccount({ name: 'Alice' })))
    const useCases = stubUseCases({ stopErasure })
    const ran = await ringkey(['account', 'keep', 'alice', '--json'], { useCases })
    expect(stopErasure.mock.calls).toEqual([[{ tenant: 'acme', account: 'alice' }]])
    expect(ran).toMatchObject({ exit: 0, opened: 1, closed: 1, err: expect.stringContaining('`ringkey account set-password`') })
    expect(ran.json()).toMatchObject({ account: { id: 'acc_1', name: 'Alice', erasesAt: null } })
    const shown = await ringkey(['account', 'keep', 'alice', '--tenant', 'other'], { useCases })
    expect(shown.out).toContain('acc_1')
    expect(stopErasure.mock.lastCall).toEqual([{ tenant: 'other', account: 'alice' }])
  })

  it('and of whom nobody has, is refused in a sentence', async () => {
    const stopErasure = async () => refuse({ code: 'erasure_not_planned' as const })
    const ran = await ringkey(['account', 'keep', 'alice'], { useCases: stubUseCases({ stopErasure }) })
    expect(ran).toMatchObject({ exit: 5, out: '', err: expect.stringContaining('Nobody has asked to delete this account') })
  })
})

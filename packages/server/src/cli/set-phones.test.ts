import { describe, expect, it, vi } from 'vitest'
import { accept, refuse } from '../domain/outcome.ts'
import { aTenant, ringkey, stubUseCases } from './testing/cli-bench.ts'

const LEFT = { countries: undefined, kinds: undefined, messagesPerDay: undefined }

describe('whom a tenant sends text messages to', () => {
  it('is said anew; what is left out stays', async () => {
    const phones = { countries: ['DE', 'IN'], kinds: ['mobile', 'voip'] as const, messagesPerDay: 500, registersIn: undefined }
    const setPhones = vi.fn(async () => accept(aTenant({ phones })))
    const useCases = stubUseCases({ setPhones })
    const set = ['tenant', 'set-phones', 'acme']
    const ran = await ringkey([...set, '--countries', 'de, IN', '--json'], { useCases })
    expect(ran).toMatchObject({ exit: 0, err: 'Set.\n' })
    expect(ran.json()).toMatchObject({
      tenant: { phoneCountries: ['DE', 'IN'], phoneKinds: ['mobile', 'voip'], messagesPerDay: 500 },
    })
    const shown = await ringkey([...set, '--countries', 'none'], { useCases })
    expect(shown.out).toMatch(/DE, ?IN .*mobile, ?voip .*500/)
    await ringkey([...set, '--kinds', 'mobile', 'voip'], { useCases })
    await ringkey([...set, '--messages-per-day', '500'], { useCases })
    expect(setPhones.mock.calls).toEqual([
      [{ ...LEFT, tenant: 'acme', countries: ['de', 'IN'] }],
      [{ ...LEFT, tenant: 'acme', countries: [] }],
      [{ ...LEFT, tenant: 'acme', kinds: ['mobile', 'voip'] }],
      [{ ...LEFT, tenant: 'acme', messagesPerDay: 500 }],
    ])
  })

  it('is left alone if nothing is said, or what there is no such thing as', async () => {
    for (const flags of [[], ['--kinds', 'pager'], ['--messages-per-day', 'many'], ['--countries', 'DE,']]) {
      const ran = await ringkey(['tenant', 'set-phones', 'acme', ...flags])
      expect(ran).toMatchObject({ exit: 2, opened: 0, out: '' })
    }
  })

  it.each([
    ['country_unknown', 'two letters of ISO 3166-1'],
    ['messages_per_day_invalid', 'a million at most'],
  ] as const)('is refused as %s with what to do', async (code, sentence) => {
    const useCases = stubUseCases({ setPhones: async () => refuse({ code }) })
    const ran = await ringkey(['tenant', 'set-phones', 'acme', '--countries', 'XX'], { useCases })
    expect(ran).toMatchObject({ exit: 2, out: '', err: expect.stringContaining(sentence) })
  })
})

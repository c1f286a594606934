import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ClockAlarm, createStoreClock } from './store-clock.ts'

const HOUR = 3_600_000
const START = 1_790_000_000_000

/** A machine whose clocks a test moves: together, or the wall clock alone. */
function aMachine(wallMs = START) {
  let wall = wallMs
  let monotonic = 5000.25
  return {
    time: { wallMs: () => Math.floor(wall), monotonicMs: () => monotonic },
    pass(ms: number) {
      wall += ms
      monotonic += ms
    },
    set(ms: number) {
      wall += ms
    },
  }
}

function aClock({ floor = 0, machine = aMachine() } = {}) {
  const alarms: ClockAlarm[] = []
  return { machine, alarms, clock: createStoreClock(machine.time, floor, (alarm) => alarms.push(alarm)) }
}

describe('the clock of a store', () => {
  it('says what the machine says while nothing goes wrong', () => {
    const { clock, machine, alarms } = aClock()
    expect(clock.now()).toBe(START)
    machine.pass(1234)
    expect(clock.now()).toBe(START + 1234)
    expect([alarms, clock.lastForwardStepAt()]).toEqual([[], undefined])
  })

  it('goes on from the newest committed instant when the machine is behind it, at the monotonic pace, with an alarm', () => {
    const { clock, machine, alarms } = aClock({ floor: START + HOUR })
    expect(clock.now()).toBe(START + HOUR)
    machine.pass(10_000)
    expect(clock.now()).toBe(START + HOUR + 10_000)
    expect(alarms).toEqual([{ kind: 'behind_store', byMs: HOUR }])
  })

  it('raises no alarm for a store that is ahead by mere drift', () => {
    const { clock, alarms } = aClock({ floor: START + 2000 })
    expect(clock.now()).toBe(START + 2000)
    expect(alarms).toEqual([])
  })

  it('does not run backwards when the machine is set back, and alarms once', () => {
    const { clock, machine, alarms } = aClock()
    machine.pass(1000)
    clock.now()
    machine.set(-24 * HOUR)
    expect(clock.now()).toBe(START + 1000)
    machine.pass(500)
    expect(clock.now()).toBe(START + 1500)
    expect(alarms).toEqual([{ kind: 'stepped_back', byMs: 24 * HOUR }])
    expect(clock.lastForwardStepAt()).toBeUndefined()
  })

  it('follows the machine again once it has caught up, which is no forward step', () => {
    const { clock, machine, alarms } = aClock()
    machine.set(-HOUR)
    clock.now()
    machine.set(HOUR)
    machine.pass(700)
    expect(clock.now()).toBe(START + 700)
    expect(alarms.map(({ kind }) => kind)).toEqual(['stepped_back'])
    expect(clock.lastForwardStepAt()).toBeUndefined()
  })

  it('follows a forward step, remembers when it was, and alarms once', () => {
    const { clock, machine, alarms } = aClock()
    machine.set(HOUR)
    machine.pass(10)
    expect(clock.now()).toBe(START + HOUR + 10)
    expect(clock.lastForwardStepAt()).toBe(START + HOUR + 10)
    machine.pass(60_000)
    clock.now()
    expect(clock.lastForwardStepAt()).toBe(START + HOUR + 10)
    expect(alarms).toEqual([{ kind: 'stepped_forward', byMs: HOUR }])
  })

  it('takes two seconds for drift and more for a step', () => {
    for (const [ms, steps] of [
      [2000, 0],
      [2001, 1],
      [-2000, 0],
      [-2001, 1],
    ] as const) {
      const { clock, machine, alarms } = aClock()
      machine.set(ms)
      clock.now()
      expect(alarms).toHaveLength(steps)
    }
  })

  it('says whole milliseconds and never an earlier one, whatever is done to the machine', () => {
    const act = fc.oneof(
      fc.record({ pass: fc.double({ min: 0, max: 1e7, noNaN: true }) }),
      fc.record({ set: fc.integer({ min: -1e9, max: 1e9 }) }),
    )
    fc.assert(
      fc.property(fc.array(act), fc.integer({ min: -1e9, max: 1e9 }), (acts, ahead) => {
        const { clock, machine } = aClock({ floor: START + ahead })
        let last = clock.now()
        expect(last).toBeGreaterThanOrEqual(START + ahead)
        for (const step of acts) {
          if ('pass' in step) machine.pass(step.pass)
          else machine.set(step.set)
          const said = clock.now()
          expect(Number.isInteger(said)).toBe(true)
          expect(said).toBeGreaterThanOrEqual(last)
          last = said
        }
      }),
    )
  })

  it('loses at most a millisecond of the time that passes while the machine is behind', () => {
    const { clock, machine } = aClock({ floor: START + HOUR })
    for (let i = 0; i < 1000; i += 1) {
      machine.pass(0.75)
      clock.now()
    }
    expect(clock.now()).toBe(START + HOUR + 750)
  })
})

describe('beside another process on the same store', () => {
  it('S167: goes on from what that one has committed, at the monotonic pace, and takes it for a step of its own', () => {
    const { clock, machine, alarms } = aClock()
    clock.goOnFrom(START + HOUR)
    expect(clock.now()).toBe(START + HOUR)
    machine.pass(1500)
    expect(clock.now()).toBe(START + HOUR + 1500)
    expect(clock.lastForwardStepAt()).toBe(START + HOUR)
    expect(alarms).toEqual([{ kind: 'behind_store', byMs: HOUR }])
  })

  it('does not go back for it, and makes no alarm of the moments between two commits', () => {
    const { clock, machine, alarms } = aClock()
    machine.pass(5000)
    clock.goOnFrom(START + 4000)
    expect(clock.now()).toBe(START + 5000)
    clock.goOnFrom(START + 6500)
    expect(clock.now()).toBe(START + 6500)
    machine.pass(100)
    expect(clock.now()).toBe(START + 6600)
    expect([alarms, clock.lastForwardStepAt()]).toEqual([[], undefined])
  })
})

/**
 * Drives the real thing through a schedule. After each burst the model must explain what everybody was told; the promises that can be
 * read off the answers alone are checked beside it, without the model.
 */
import { createLife, type Life, noteNow, runBurst, tidyUp } from './life.ts'
import type { Schedule, Step } from './schedule.ts'
import { passTime, type Stage, TENANT } from './stage.ts'

/** Longer than any window: what an earlier schedule did to time is over. */
const GAP_SECONDS = 3600
const SHORTEST_SURE_ABSENCE_SECONDS = 5
/** A jump that is smaller may be drift. */
const STEP_MS = 2000

/** @throws Broken @throws what the product throws that is no answer */
export async function runSchedule(stage: Stage, schedule: Schedule, name: string): Promise<void> {
  await live(stage, schedule.door, name, async (life) => {
    for (const step of schedule.steps) await takeStep(stage, life, step)
    if (schedule.endsInAnother) await takeStep(stage, life, { step: 'restart', seconds: 0, setBack: 0 })
    await conclude(life)
  })
}

/** @param go what happens to the session that has just been signed in, and to others */
export async function live(stage: Stage, door: number, name: string, go: (life: Life) => Promise<void>): Promise<void> {
  const { machine } = stage
  const behind = stage.now() - machine.wall
  passTime(machine, GAP_SECONDS)
  machine.wall += behind
  await stage.beat()
  const life = await createLife(stage, name)
  try {
    await runBurst(life, [{ op: 'sign_in', door, account: 0, password: 'right' }], [])
    await go(life)
  } finally {
    await tidyUp(life)
  }
}

export async function takeStep(stage: Stage, life: Life, step: Step): Promise<void> {
  const { machine } = stage
  switch (step.step) {
    case 'burst':
      return runBurst(life, step.ops, step.choices)
    case 'wait':
      await stage.wait(step.seconds)
      return noteNow(life)
    case 'away':
      return passAway(stage, life, step.seconds, async () => passTime(machine, step.seconds))
    case 'set_clock': {
      const from = stage.now()
      machine.wall += step.seconds * 1000
      const to = stage.now()
      if (to - from > STEP_MS) life.time.steps.push({ at: to, isRemembered: true })
      if (to > from) life.time.absences.push({ from, to, isSure: false })
      await stage.beat()
      return noteNow(life)
    }
    case 'restart':
      return passAway(stage, life, step.seconds, async () => {
        passTime(machine, step.seconds)
        machine.wall -= step.setBack * 1000
        await stage.restart()
        for (const [index, { at }] of life.time.steps.entries()) life.time.steps[index] = { at, isRemembered: false }
      })
    case 'rotate_keys':
      await stage.useCases().rotateKeys({ tenant: TENANT })
  }
}

/** @param go what happens while nothing is committed */
async function passAway(stage: Stage, life: Life, seconds: number, go: () => Promise<void>): Promise<void> {
  const from = stage.now()
  await go()
  await stage.beat()
  life.time.absences.push({ from, to: stage.now(), isSure: seconds > SHORTEST_SURE_ABSENCE_SECONDS })
  noteNow(life)
}

/** At the end nothing may have come back: each session is asked for with its newest tokens, its oldest, and again. */
export async function conclude(life: Life): Promise<void> {
  for (let session = 0; session < life.held.length; session += 1) {
    const refresh = { op: 'refresh', session, door: 0, isGone: false, proof: 'right', asks: 'all' } as const
    await runBurst(life, [{ op: 'check', session, behind: 0 }], [])
    await runBurst(
      life,
      [
        { ...refresh, behind: 0 },
        { ...refresh, behind: 0 },
      ],
      [],
    )
    await runBurst(life, [{ ...refresh, behind: (life.held[session]?.tokens.length ?? 1) - 1 }], [])
    await runBurst(life, [{ op: 'check', session, behind: 0 }], [])
    await runBurst(life, [{ ...refresh, behind: 0 }], [])
  }
}

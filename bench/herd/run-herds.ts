import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { PROGRAM } from '../../scripts/build.mjs'
import { startRotatingServer } from './rotating-server.ts'
import { PEERS, type Peer, type Wakening, wakeHerd } from './wake-herd.ts'

const SIZE = { processes: 8, tasks: 100 }
const ROUNDS = { whole: 5, quick: 1 }
const STARTS = 15

/** The herd of each library in turn, some rounds of it. @returns a Markdown table, and what a start of the command costs */
export async function runHerds({ quick }: { readonly quick: boolean }): Promise<string> {
  const server = await startRotatingServer()
  const rounds: Record<Peer, Wakening>[] = []
  try {
    for (let round = 0; round < (quick ? ROUNDS.quick : ROUNDS.whole); round += 1) {
      const entries: [Peer, Wakening][] = []
      for (const peer of PEERS) entries.push([peer, await wakeHerd(peer, SIZE, server)])
      rounds.push(Object.fromEntries(entries) as Record<Peer, Wakening>)
    }
  } finally {
    await server.stop()
  }
  return `${renderHerds(rounds)}\n\n\`ringkey --help\` takes ${Math.round(measureHelpMs())} ms more than an empty program (the fastest of ${STARTS} each).`
}

/** Medians; a ratio is the median of the rounds' ratios to Ringkey's time. */
export function renderHerds(rounds: readonly Readonly<Record<Peer, Wakening>>[]): string {
  const heading =
    '| library | calls to the token endpoint | tasks without a token | sessions lost | time |\n| --- | ---: | ---: | ---: | ---: |'
  const rows = PEERS.map((peer) => {
    const own = rounds.map((round) => round[peer])
    const ratio = medianOf(rounds.map((round) => round[peer].ms / round.ringkey.ms))
    const lost = own.filter(({ isSessionLost }) => isSessionLost).length
    const [calls, failures] = [medianOf(own.map(({ calls }) => calls)), medianOf(own.map(({ failures }) => failures))]
    return `| ${peer} | ${calls} | ${failures} | ${lost} of ${rounds.length} | ${ratio.toFixed(2)} |`
  })
  return [heading, ...rows].join('\n')
}

function medianOf(numbers: readonly number[]): number {
  return [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? Number.NaN
}

/** The difference of the fastest: what a machine has to do beside makes starts slower, and none faster. */
function measureHelpMs(): number {
  const empty = fileURLToPath(new URL('empty-program.mjs', import.meta.url))
  const fastest = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (let start = 0; start < STARTS; start += 1) {
    for (const [index, args] of [[empty], [PROGRAM, '--help']].entries()) {
      const startedAt = performance.now()
      spawnSync(process.execPath, args)
      fastest[index] = Math.min(fastest[index] ?? 0, performance.now() - startedAt)
    }
  }
  const [without = 0, withHelp = 0] = fastest
  return withHelp - without
}

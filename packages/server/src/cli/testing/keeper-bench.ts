/** The commands of integrators, over a real server under a set clock. */
import { openWorld, type World } from '../../../../client/src/testing/world.ts'
import type { KeeperDeps } from '../keeper/keeper-deps.ts'
import { type Bench, type Ran, ringkey } from './cli-bench.ts'

export interface KeeperBench {
  readonly world: World
  /** What was written to both streams, by all commands so far. */
  readonly printed: { out: string; err: string }
  /** Runs one command; the arguments are those after `ringkey`. */
  type(args: readonly string[], bench?: Pick<Bench, 'stdin' | 'files'> & { readonly keeper?: Partial<KeeperDeps> }): Promise<Ran>
  /** `login` with the address of this world, and the secret on standard input. */
  login(platform: string, args: readonly string[], secret: string): Promise<Ran>
}

export async function openKeeperBench(door: string): Promise<KeeperBench> {
  const world = await openWorld(door)
  const printed = { out: '', err: '' }
  const { store, options } = world
  const keeper: Partial<KeeperDeps> = { store, environment: options.environment, now: options.environment.now }
  const type: KeeperBench['type'] = async (args, bench = {}) => {
    const ran = await ringkey(args, { ...bench, keeper: { ...keeper, ...bench.keeper } })
    printed.out += ran.out
    printed.err += ran.err
    return ran
  }
  return {
    world,
    printed,
    type,
    login: (platform, args, secret) => type(['login', platform, '--base-url', world.baseUrl, '--secret-stdin', ...args], { stdin: secret }),
  }
}

/**
 * Reads what `strace -f -y` wrote about a server, and finds the answers that left before what they acknowledge was durable.
 * A commit is durable when a sync of the database's files has returned; several requests may share one (group commit).
 */

/** What a trace has to show for the judgement. `-D`: the traced program is the child, and gets the signals. */
export const STRACE = [
  'strace',
  ...['-D', '-f', '-q', '-y', '-s', '64', '--seccomp-bpf'],
  ...['-e', 'trace=fsync,fdatasync,read,recvfrom,write,writev,sendto,sendmsg'],
] as const

export interface Durability {
  /** Syncs of the database's files that the kernel has done. */
  readonly syncs: number
  /** Requests that were answered with 200. */
  readonly acknowledged: number
  /** Of these, the ones without a sync between the request and its answer. */
  readonly tooEarly: number
}

interface SystemCall {
  readonly name: string
  readonly file: string
  readonly text: string
}

const REQUEST = 'POST /v1/auth/refresh'
const ACKNOWLEDGEMENT = 'HTTP/1.1 200'

export function judgeDurability(trace: string): Durability {
  /** By connection: how many syncs had been done when its request was read. */
  const underWay = new Map<string, number>()
  let syncs = 0
  let acknowledged = 0
  let tooEarly = 0
  for (const { name, file, text } of readCalls(trace)) {
    if (name === 'fsync' || name === 'fdatasync') {
      if (file.includes('ringkey.sqlite') && / = 0$/.test(text)) syncs += 1
    } else if (text.includes(REQUEST)) underWay.set(file, syncs)
    else if (text.includes(ACKNOWLEDGEMENT)) {
      const before = underWay.get(file)
      if (before === undefined) continue // an answer to something else
      underWay.delete(file)
      acknowledged += 1
      if (syncs === before) tooEarly += 1
    }
  }
  return { syncs, acknowledged, tooEarly }
}

/** Whether the traced program has ended, and all of its trace is there. */
export function isWhole(trace: string): boolean {
  const [, program = ''] = /^(\d+) /.exec(trace) ?? []
  return new RegExp(`^${program} +\\+\\+\\+ (?:exited|killed)`, 'm').test(trace)
}

/** In the order of their ends for what comes in, and of their beginnings for what goes out: both judge us more strictly. */
function* readCalls(trace: string): Generator<SystemCall> {
  const unfinished = new Map<string, string>()
  for (const line of trace.split('\n')) {
    const [, thread = '', rest = ''] = /^(\d+) +(.*)$/.exec(line) ?? []
    const [, begun] = /^(.*) <unfinished \.\.\.>$/.exec(rest) ?? []
    const [, resumed] = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest) ?? []
    if (begun !== undefined && isOutgoing(begun)) yield* parseCall(begun)
    else if (begun !== undefined) unfinished.set(thread, begun)
    else if (resumed !== undefined) {
      yield* parseCall(`${unfinished.get(thread) ?? ''}${resumed}`)
      unfinished.delete(thread)
    } else yield* parseCall(rest)
  }
}

function isOutgoing(text: string): boolean {
  return /^(?:write|writev|sendto|sendmsg)\(/.test(text)
}

function* parseCall(text: string): Generator<SystemCall> {
  const [, name, file] = /^(\w+)\((\d+<[^>]*>)/.exec(text) ?? []
  if (name !== undefined && file !== undefined) yield { name, file, text }
}

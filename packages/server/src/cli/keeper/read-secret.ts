import type { Readable } from 'node:stream'
import { Secret } from '@ringkey/client'
import { askHidden } from '../ask-hidden.ts'
import { accept, type Result, stop } from './answer.ts'
import type { KeeperDeps } from './keeper-deps.ts'

/** Where a secret comes from, as the flags say it. */
export interface SecretSource {
  readonly file?: string | undefined
  readonly stdin?: true | undefined
  /** The flags, for messages. */
  readonly flags: string
}

const MAX_BYTES = 65_536
const UNREADABLE = 'The secret must be one line of text that is not empty.'

/** From a file, from a pipe, or asked for on a terminal; never from an argument. */
export async function readSecret({ streams, readFile }: KeeperDeps, source: SecretSource, question: string): Promise<Result<Secret>> {
  const { file, stdin, flags } = source
  if (file !== undefined && stdin) return stop('usage', `Give one of ${flags}, not both.`)
  if (file !== undefined) {
    const read = readFile(file)
    // Without its name: some give the secret itself here.
    if (!read.ok) return stop('usage', 'The file of the secret cannot be read. Name a file that holds it, not the secret.')
    if (read.othersCanRead) return stop('usage', 'Others can read the file of the secret. Run chmod 600 on it.')
    return oneLine(read.text)
  }
  const isTerminal = streams.stdin.isTTY === true
  if (stdin) return isTerminal ? stop('usage', 'Standard input is a terminal. Leave the flag away to be asked.') : readPipe(streams.stdin)
  if (!isTerminal) return stop('usage', `There is no terminal to ask on. Give one of ${flags}.`)
  const answers = await askHidden(streams, [question])
  return answers === undefined ? stop('interrupted', 'Given up; nothing was changed.') : oneLine(answers[0] ?? '')
}

async function readPipe(stdin: Readable): Promise<Result<Secret>> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stdin) {
    const buffer = Buffer.from(chunk)
    bytes += buffer.length
    if (bytes > MAX_BYTES) return stop('usage', UNREADABLE)
    chunks.push(buffer)
  }
  try {
    return oneLine(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)))
  } catch {
    return stop('usage', UNREADABLE)
  }
}

/** Editors and `echo` end a line; nothing else is cut. */
function oneLine(text: string): Result<Secret> {
  const line = text.replace(/\r?\n$/, '')
  return line.trim() === '' || /[\r\n]/.test(line) ? stop('usage', UNREADABLE) : accept(new Secret(line))
}

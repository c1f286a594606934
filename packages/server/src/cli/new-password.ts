import type { Readable } from 'node:stream'
import { type Command, Option } from 'commander'
import { accept, type Outcome, refuse } from '../domain/outcome.ts'
import { askHidden } from './ask-hidden.ts'
import type { CliDeps } from './cli-deps.ts'
import type { UsageRefusal } from './refusals.ts'

/** Where a password is to be taken from, as the flags say it. */
export interface PasswordOptions {
  readonly passwordFile?: string
  readonly passwordStdin?: true
  readonly password?: unknown
}

/** Gives a command the flags of a password. The arguments after its own are taken in only to be refused without being repeated. */
export function takesNewPassword(command: Command): Command {
  return command
    .option('--password-file <file>', 'read the password from a file that nobody else can read')
    .option('--password-stdin', 'read the password from standard input')
    .addOption(new Option('--password [value]').hideHelp())
    .allowExcessArguments()
}

/** Whether a password, or what looks like one, stands among the arguments. */
export function hasPasswordArgument(command: Command, options: PasswordOptions): boolean {
  return options.password !== undefined || command.args.length > command.registeredArguments.length
}

/** A password that is to be set: from a file, from a pipe, or asked for twice on a terminal. */
export async function readNewPassword(
  deps: Pick<CliDeps, 'streams' | 'readFile'>,
  options: PasswordOptions,
): Promise<Outcome<string, UsageRefusal>> {
  if (options.passwordFile !== undefined && options.passwordStdin) return refuse({ code: 'password_sources_two' })
  if (options.passwordFile !== undefined) return readPasswordFile(deps, options.passwordFile)
  const { stdin } = deps.streams
  if (options.passwordStdin) return stdin.isTTY === true ? refuse({ code: 'stdin_is_terminal' }) : readPasswordPipe(stdin)
  if (stdin.isTTY !== true) return refuse({ code: 'terminal_needed' })
  const answers = await askHidden(deps.streams, ['New password: ', 'The same again: '])
  if (answers === undefined) return refuse({ code: 'interrupted' })
  const [first = '', second = ''] = answers
  return first === second ? accept(first) : refuse({ code: 'passwords_differ' })
}

function readPasswordFile({ readFile }: Pick<CliDeps, 'readFile'>, path: string): Outcome<string, UsageRefusal> {
  const read = readFile(path)
  if (!read.ok) return refuse({ code: 'password_file_missing' }) // without its name: some give the password itself here
  return read.othersCanRead ? refuse({ code: 'password_file_open' }) : readOneLine(read.text)
}

const MAX_BYTES = 4096

async function readPasswordPipe(stdin: Readable): Promise<Outcome<string, UsageRefusal>> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stdin) {
    const buffer = Buffer.from(chunk)
    bytes += buffer.length
    if (bytes > MAX_BYTES) return refuse({ code: 'password_unreadable' })
    chunks.push(buffer)
  }
  try {
    return readOneLine(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)))
  } catch {
    return refuse({ code: 'password_unreadable' })
  }
}

/** Editors and `echo` end a line; nothing else of a password is cut. */
function readOneLine(text: string): Outcome<string, UsageRefusal> {
  const password = text.replace(/\r?\n$/, '')
  return password === '' || /[\r\n]/.test(password) ? refuse({ code: 'password_unreadable' }) : accept(password)
}

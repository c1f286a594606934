/** `man ringkey`, made from the program itself as the reference is. */
import { Command } from 'commander'
import { notesOf } from './command-help.ts'
import { addCommands } from './program.ts'
import { MEANINGS } from './reference.ts'

export function renderManPage(): string {
  const program = addCommands(
    new Command('ringkey').version(''),
    async () => undefined,
    async () => undefined,
  )
  const globals = program.options.filter(({ hidden }) => !hidden)
  return [
    '.\\" Made by `npm run docs` from packages/server/src/cli. Change it there.',
    '.TH RINGKEY 1 "" "Ringkey" "Ringkey"',
    '.SH NAME',
    text('ringkey - token server and token keeper for voice and cloud-telephony APIs'),
    '.SH SYNOPSIS',
    `.B ringkey\n${text('<command> [options]')}`,
    '.SH DESCRIPTION',
    text(
      'Data goes to standard output, messages go to standard error. There is no colour, and no secret among the arguments: it is asked for on a terminal, or read from a file or from standard input.',
    ),
    '.SH OPTIONS',
    ...globals.map((option) => entry(option.flags, option.description)),
    entry('-h, --help', 'what a command does, its arguments and flags'),
    '.SH COMMANDS',
    ...program.commands.flatMap(renderCommand),
    '.SH ENVIRONMENT',
    entry('RINGKEY_HOME', 'where sign-ins and tokens are kept; else ringkey below XDG_STATE_HOME, which is ~/.local/state'),
    entry('HTTPS_PROXY, NO_PROXY, NODE_EXTRA_CA_CERTS', 'the proxy, what does not go through it, and certificates that are trusted too'),
    entry('RINGKEY_CONFIG_FILE, RINGKEY_*', 'settings of the server; `ringkey config print` lists them'),
    '.SH EXIT STATUS',
    ...Object.entries(MEANINGS).map(([code, meaning]) => entry(code, meaning)),
    '',
  ].join('\n')
}

function renderCommand(command: Command): string[] {
  const path = pathOf(command)
  const names = command.registeredArguments.map((argument) => (argument.required ? `<${argument.name()}>` : `[${argument.name()}]`))
  const examples = notesOf(command)?.examples ?? []
  return [
    `.SS ${text(['ringkey', path, ...names].join(' '))}`,
    text(`${sentenceOf(command.description())}`),
    ...command.registeredArguments.filter(({ description }) => description !== '').map((one) => entry(one.name(), one.description)),
    ...command.options.filter(({ hidden }) => !hidden).map((option) => entry(option.flags, option.description)),
    ...(command.commands.length > 0 || examples.length === 0 ? [] : ['.PP', '.EX', ...examples.map(text), '.EE']),
    ...command.commands.flatMap(renderCommand),
  ]
}

function pathOf(command: Command): string {
  const { parent } = command
  return parent === null || parent.parent === null ? command.name() : `${pathOf(parent)} ${command.name()}`
}

function sentenceOf(description: string): string {
  return `${description.charAt(0).toUpperCase()}${description.slice(1)}.`
}

function entry(term: string, description: string): string {
  return `.TP\n.B ${text(term)}\n${text(description)}`
}

/** As it stands: no sign of it is roff's. */
function text(line: string): string {
  const spelled = line.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll('…', '...')
  const plain = spelled.replace(
    /[^\x20-\x7e]/gu,
    (sign) => `\\[u${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`,
  )
  return /^[.']/.test(plain) ? `\\&${plain}` : plain
}

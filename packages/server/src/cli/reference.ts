import { Command } from 'commander'
import { notesOf } from './command-help.ts'
import type { ExitCode } from './exit-codes.ts'
import { addCommands } from './program.ts'

export const MEANINGS: { readonly [Code in ExitCode]: string } = {
  0: 'done',
  1: 'an unexpected error',
  2: 'the command was called in a wrong way',
  4: 'a sign-in is needed',
  5: 'refused: what was asked for does not exist, exists already or is not allowed',
  6: 'the network or the store did not answer in time',
  7: 'too many attempts',
  8: 'waits for somebody to sign in elsewhere',
  9: 'the configuration or the data directory cannot be used',
  130: 'interrupted',
}

/** docs/reference/cli.md, made from the program itself. */
export function renderCliReference(): string {
  const program = addCommands(
    new Command('ringkey').version(''),
    async () => undefined,
    async () => undefined,
  )
  const globals = program.options.filter((option) => !option.hidden)
  const sections = program.commands.flatMap((command) => renderCommand(command, 2))
  return `${INTRODUCTION}
| code | meaning |
|---|---|
${Object.entries(MEANINGS)
  .map(([code, meaning]) => `| ${code} | ${meaning} |`)
  .join('\n')}

## Flags of every command

${globals.map((option) => `- \`${option.flags}\`: ${option.description}`).join('\n')}
- \`-h, --help\`: what the command does, its arguments and flags

${sections.join('\n\n')}
`
}

const INTRODUCTION = `<!-- Made by \`npm run docs\` from packages/server/src/cli. Change it there. -->

# The \`ringkey\` command

Data goes to standard output, messages go to standard error. \`--json\` prints one JSON document with the keys that stand below; nothing in it is
left out, what has no value is \`null\`, and instants are RFC 3339 in UTC. There is no colour. A secret is never an argument: it is asked for on a terminal, or read
from a file or from standard input. A secret that a command makes is printed once, alone on standard output, and cannot be shown again.
`

function renderCommand(command: Command, level: number): string[] {
  const parts = [`${'#'.repeat(level)} ringkey ${pathOf(command)}`, sentenceOf(command.description())]
  for (const argument of command.registeredArguments) parts.push(`- \`<${argument.name()}>\`: ${asText(argument.description)}`)
  for (const option of command.options.filter(({ hidden }) => !hidden)) {
    const extras = [
      option.mandatory ? 'required' : '',
      option.argChoices === undefined ? '' : `one of ${option.argChoices.join(', ')}`,
      option.defaultValue === undefined ? '' : `default: ${option.defaultValue}`,
    ].filter((extra) => extra !== '')
    parts.push(`- \`${option.flags}\`: ${asText(option.description)}${extras.length === 0 ? '' : ` (${extras.join('; ')})`}`)
  }
  const notes = notesOf(command)
  if (notes?.json !== undefined) parts.push(`With \`--json\`: ${withCode(notes.json)}`)
  if (notes !== undefined) parts.push(`\`\`\`sh\n${notes.examples.join('\n')}\n\`\`\``)
  return [joinParts(parts), ...command.commands.flatMap((verb) => renderCommand(verb, level + 1))]
}

function pathOf(command: Command): string {
  const parent = command.parent
  return parent === null || parent.parent === null ? command.name() : `${pathOf(parent)} ${command.name()}`
}

/** `<name>` in a sentence is not an element of HTML. */
function asText(description: string): string {
  return description.replaceAll('<', '\\<')
}

function sentenceOf(description: string): string {
  return `${description.charAt(0).toUpperCase()}${description.slice(1)}.`
}

/** The shape as code, what is said about it as text. */
function withCode(json: string): string {
  const end = json.lastIndexOf('}') + 1
  return `\`${json.slice(0, end)}\`${json.slice(end).replace(/"(\w+)"/g, '`$1`')}`
}

/** List items follow each other; all else is parted by an empty line. */
function joinParts(parts: readonly string[]): string {
  return parts
    .map((part, index) => `${index === 0 ? '' : part.startsWith('- ') && parts[index - 1]?.startsWith('- ') ? '\n' : '\n\n'}${part}`)
    .join('')
}

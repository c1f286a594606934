import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { expect, it } from 'vitest'
import { notesOf } from './command-help.ts'
import { addCommands } from './program.ts'
import { renderCliReference } from './reference.ts'

const PROGRAM = addCommands(
  new Command('ringkey'),
  async () => undefined,
  async () => undefined,
)

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)]
}

it('the committed reference of the command is what the program says (npm run docs)', () => {
  expect(readFileSync(new URL('../../../../docs/reference/cli.md', import.meta.url), 'utf8')).toBe(renderCliReference())
})

it('every command, argument and flag is in the reference, and hidden ones are not', () => {
  const reference = renderCliReference()
  for (const command of everyCommand(PROGRAM)) {
    expect(reference).toContain(command.name())
    for (const argument of command.registeredArguments) expect(reference).toContain(`- \`<${argument.name()}>\`: `)
    for (const option of command.options) expect(reference.includes(`- \`${option.flags}\`: `), option.flags).toBe(!option.hidden)
  }
})

it('every command says what it does and has an example that names it', () => {
  for (const command of everyCommand(PROGRAM).slice(1)) {
    const path = command.parent === PROGRAM ? command.name() : `${command.parent?.name()} ${command.name()}`
    expect(command.description(), path).not.toBe('')
    expect(notesOf(command)?.examples.join('\n'), path).toContain(`ringkey ${path}`)
  }
})

it('every verb says the shape of its document but serve, exec and completion, which print none', () => {
  const verbs = everyCommand(PROGRAM).filter(({ commands }) => commands.length === 0)
  expect(verbs.filter((verb) => notesOf(verb)?.json === undefined).map((verb) => verb.name())).toEqual(['serve', 'exec', 'completion'])
})

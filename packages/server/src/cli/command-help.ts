import type { Command } from 'commander'

/** What help says beside the arguments and flags. */
export interface CommandNotes {
  readonly examples: readonly string[]
  /** The shape of the document that `--json` prints; undefined for a command that prints none. */
  readonly json?: string
}

const notesOfCommands = new WeakMap<Command, CommandNotes>()

/** Adds examples and the JSON shape to a command's help. */
export function explain(command: Command, notes: CommandNotes): Command {
  notesOfCommands.set(command, notes)
  const json = notes.json === undefined ? '' : `\nWith --json:\n  ${notes.json}\n`
  return command.addHelpText('after', `${json}\nExamples:\n${notes.examples.map((example) => `  ${example}`).join('\n')}`)
}

export function notesOf(command: Command): CommandNotes | undefined {
  return notesOfCommands.get(command)
}

/** A noun: a command that only holds verbs. */
export function addNoun(program: Command, name: string, description: string, examples: readonly string[]): Command {
  return explain(program.command(name).description(description).usage('<verb> [options]'), { examples })
}

import type { Command, Option } from 'commander'
import { SignInName } from '../keeper/sign-in-name.ts'

/** What a shell needs to know of one command. */
export interface CommandRow {
  /** `tenant create`; empty for the program itself. */
  readonly path: string
  readonly description: string
  /** Verbs, what its first argument may be, and flags. */
  readonly words: readonly string[]
  /** Its first argument is the name of a sign-in. */
  readonly takesSignIn: boolean
  /** Flags that are followed by one of these. */
  readonly choices: ReadonlyMap<string, readonly string[]>
}

export interface CommandTable {
  readonly rows: readonly CommandRow[]
  /** Flags that are followed by a value, of any command: what stands there is no command's name. */
  readonly flagsWithValue: readonly string[]
}

export type Shell = 'bash' | 'zsh' | 'fish'

/** @param program with all its commands */
export function readCommandTable(program: Command): CommandTable {
  const commands = everyCommand(program)
  const withValue = commands.flatMap(({ options }) => options.filter(takesValue)).map(nameOf)
  return { rows: commands.map((command) => toRow(command, program)), flagsWithValue: [...new Set(withValue)].sort() }
}

function everyCommand(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(everyCommand)]
}

function toRow(command: Command, program: Command): CommandRow {
  const isProgram = command === program
  const shown = [...command.options, ...(isProgram ? [] : program.options.filter(({ long }) => long !== '--version'))].filter(
    ({ hidden }) => !hidden,
  )
  const [first] = command.registeredArguments
  return {
    path: pathOf(command),
    description: command.description(),
    words: [...command.commands.map((verb) => verb.name()), ...(first?.argChoices ?? []), ...shown.map(nameOf), '--help'],
    takesSignIn: first instanceof SignInName,
    choices: new Map(shown.flatMap((option) => (option.argChoices === undefined ? [] : [[nameOf(option), option.argChoices]]))),
  }
}

function pathOf(command: Command): string {
  const { parent } = command
  return parent === null ? '' : `${pathOf(parent)} ${command.name()}`.trim()
}

function nameOf(option: Option): string {
  return option.long ?? option.flags
}

function takesValue(option: Option): boolean {
  return option.required && !option.hidden
}

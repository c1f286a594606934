import { homedir } from 'node:os'
import { join } from 'node:path'

/** `XDG_STATE_HOME` is where a program keeps what outlives it and is not worth a backup. */
export function defaultFolder(variables: Readonly<Record<string, string | undefined>> = process.env): string {
  const { RINGKEY_HOME: chosen, XDG_STATE_HOME: state } = variables
  return chosen || join(state || join(homedir(), '.local', 'state'), 'ringkey')
}

export type Environment = Readonly<Record<string, string | undefined>>

export const VARIABLE_PREFIX = 'RINGKEY_'

/** What the commands of integrators set and read. Of no concern to a server, which may be started among them. */
export const KEEPER_VARIABLES: readonly string[] = ['RINGKEY_HOME', 'RINGKEY_TOKEN', 'RINGKEY_TOKEN_FILE']

/** The only reader of the process's environment; nothing but our own variables leaves it. */
export function readEnvironment(): Environment {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith(VARIABLE_PREFIX)))
}

/** What a program gets that we start for somebody: the whole environment, and what is added. */
export function environmentOfChild(added: Readonly<Record<string, string>>): Environment {
  return { ...process.env, ...added }
}

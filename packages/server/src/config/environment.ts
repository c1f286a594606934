export type Environment = Readonly<Record<string, string | undefined>>

export const VARIABLE_PREFIX = 'RINGKEY_'

/** The only reader of the process's environment; nothing but our own variables leaves it. */
export function readEnvironment(): Environment {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith(VARIABLE_PREFIX)))
}

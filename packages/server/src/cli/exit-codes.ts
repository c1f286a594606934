/** The exit codes of the command. They are documented and never change their meaning. */
export const EXIT = {
  ok: 0,
  /** A bug, or something broken that no other code is for. */
  unexpected: 1,
  usage: 2,
  signInNeeded: 4,
  refused: 5,
  networkOrTime: 6,
  rateLimited: 7,
  /** Somebody has to do something elsewhere first. */
  pending: 8,
  configuration: 9,
  interrupted: 130,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

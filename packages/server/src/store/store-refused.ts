/**
 * A store that must not be used as it is: readable by others, damaged, not a database, or of a newer version of the program.
 * Waiting does not help; the message says to the operator what does.
 */
export class StoreRefused extends Error {
  override readonly name = 'StoreRefused'
}

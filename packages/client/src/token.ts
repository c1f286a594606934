import { printAs, type Secret } from './secret.ts'

/** A token for calls. It prints without its value. */
export class Token {
  readonly #value: Secret
  readonly #headers: Readonly<Record<string, string>>
  /** As this machine's clock would show it; undefined: the platform does not say. */
  readonly expiresAt: Date | undefined

  constructor(value: Secret, expiresAt: Date | undefined, headers: Readonly<Record<string, string>>) {
    this.#value = value
    this.#headers = headers
    this.expiresAt = expiresAt
  }

  /** What goes to the platform. */
  get value(): string {
    return this.#value.reveal()
  }

  /** The headers of a call, as the platform wants them. */
  headers(): Record<string, string> {
    return { ...this.#headers }
  }

  toString(): string {
    return '[redacted]'
  }

  toJSON(): { value: string; expiresAt: string | undefined } {
    return { value: '[redacted]', expiresAt: this.expiresAt?.toISOString() }
  }

  static {
    printAs(Token.prototype, function (this: Token) {
      return `Token { value: [redacted], expiresAt: ${this.expiresAt?.toISOString() ?? 'unknown'} }`
    })
  }
}

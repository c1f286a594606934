const REDACTED = '[redacted]'

/** A text that nobody prints by mistake: whoever wants it has to say so. */
export class Secret {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  /** The text itself. */
  reveal(): string {
    return this.#text
  }

  toString(): string {
    return REDACTED
  }

  toJSON(): string {
    return REDACTED
  }

  static {
    printAs(Secret.prototype, () => REDACTED)
  }
}

/** How Node's `util.inspect`, and with it `console.log`, shows an object. */
export function printAs<Printed extends object>(prototype: Printed, print: (this: Printed) => string): void {
  Object.defineProperty(prototype, Symbol.for('nodejs.util.inspect.custom'), { value: print })
}

/** A text with every secret that occurs in it cut out: what a server says may repeat what it was sent. */
export function scrub(text: string, secrets: readonly Secret[]): string {
  return secrets
    .map((secret) => secret.reveal())
    .filter((secret) => secret.length > 0)
    .flatMap((secret) => [
      secret,
      encodeURIComponent(secret),
      new URLSearchParams({ '': secret }).toString().slice(1),
      JSON.stringify(secret).slice(1, -1),
    ])
    .reduce((rest, secret) => rest.replaceAll(secret, REDACTED), text)
}

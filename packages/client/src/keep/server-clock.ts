/** How far a platform's clock is ahead of ours, learnt from the `Date` of its answers (RFC 9110, section 6.6.1). */

/** `Date` has whole seconds, and the way back takes time: less than this is no difference. */
const NOISE_MS = 2000

export class ServerClock {
  #aheadMs: number | undefined
  readonly #onChange: (aheadMs: number) => void

  constructor(onChange: (aheadMs: number) => void = () => {}) {
    this.#onChange = onChange
  }

  /** 0 as long as nothing is known. */
  get aheadMs(): number {
    return this.#aheadMs ?? 0
  }

  get isKnown(): boolean {
    return this.#aheadMs !== undefined
  }

  /** @param date as it stands in the header */
  learn(date: string | null, sentAt: number, receivedAt: number): void {
    const at = date === null ? Number.NaN : Date.parse(date)
    if (Number.isNaN(at)) return
    const measured = at + 500 - (sentAt + receivedAt) / 2
    this.set(Math.abs(measured) < NOISE_MS + (receivedAt - sentAt) / 2 ? 0 : Math.round(measured))
  }

  set(aheadMs: number): void {
    const changed = Math.abs(aheadMs - this.aheadMs) >= NOISE_MS
    this.#aheadMs = aheadMs
    if (changed) this.#onChange(aheadMs)
  }
}

/** The one source of unpredictable bytes. Only `system-randomness.ts` reads the operating system's. */
export interface Randomness {
  bytes(length: number): Buffer
}

/**
 * What every store promises, as cases that any test program can run:
 *
 *     for (const { title, check } of storeContract) it(title, () => check(openStore))
 */
import type { Store } from './keep/store.ts'

/**
 * Opens the store once more, as another process would: all that are opened within one case share what they keep.
 * The store has to be empty, or to have other keys in it only.
 */
export type OpenStore = () => Store | Promise<Store>

export interface StoreCase {
  readonly title: string
  /** @throws Error that says which promise is broken */
  check(open: OpenStore): Promise<void>
}

const KEY = 'smartflo-0123456789abcdef'
const WRITERS = 8

export const storeContract: readonly StoreCase[] = [
  {
    title: 'a key that nobody has written has nothing',
    async check(open) {
      expect((await (await open()).read(KEY)) === undefined, 'read() answers undefined')
    },
  },
  {
    title: 'what was written is read by another, byte for byte',
    async check(open) {
      const value = `{"a":"ü \\u0000 ${'x'.repeat(10_000)}"}`
      const version = await (await open()).swap(KEY, undefined, value)
      const kept = await (await open()).read(KEY)
      expect(kept?.value === value, 'the value is the same')
      expect(version !== undefined && kept?.version === version, 'swap() and read() tell the same version')
    },
  },
  {
    title: 'a value is replaced by who knows its version, and by nobody else',
    async check(open) {
      const store = await open()
      const first = await store.swap(KEY, undefined, 'first')
      expect((await store.swap(KEY, undefined, 'other')) === undefined, 'a value is not taken for nothing')
      const second = await (await open()).swap(KEY, first, 'second')
      expect(second !== undefined && second !== first, 'a new value has a new version')
      expect((await store.swap(KEY, first, 'late')) === undefined, 'an old version is refused')
      expect((await store.read(KEY))?.value === 'second', 'what was refused is not there')
    },
  },
  {
    title: 'of many that write at once exactly one succeeds, round after round',
    async check(open) {
      const stores = await Promise.all(Array.from({ length: WRITERS }, () => open()))
      let version: string | undefined
      const seen = new Set<string>()
      for (let round = 0; round < 20; round += 1) {
        const before = version
        const answers = await Promise.all(stores.map((store, index) => store.swap(KEY, before, `${round} ${index}`)))
        const winners = answers.flatMap((answer, index) => (answer === undefined ? [] : [{ answer, index }]))
        expect(winners.length === 1, `one writer succeeds, not ${winners.length}`)
        version = winners[0]?.answer ?? ''
        const kept = await stores[0]?.read(KEY)
        expect(kept?.value === `${round} ${winners[0]?.index}`, 'the value is that of the one that succeeded')
        expect(kept?.version === version && !seen.has(version), 'no version comes twice')
        seen.add(version)
      }
    },
  },
  {
    title: 'what was taken away is gone, and its version goes on',
    async check(open) {
      const store = await open()
      const version = await store.swap(KEY, undefined, 'secret')
      const gone = await store.swap(KEY, version, undefined)
      const kept = await (await open()).read(KEY)
      expect(gone !== undefined && kept?.value === undefined, 'there is no value')
      expect((await store.swap(KEY, version, 'late')) === undefined, 'who knew the value does not bring it back')
      expect((await store.swap(KEY, kept?.version, 'new')) !== undefined, 'who saw that it has gone writes anew')
    },
  },
  {
    title: 'keys do not touch each other, one that begins as another does neither',
    async check(open) {
      const store = await open()
      await store.swap(KEY, undefined, 'one')
      expect((await store.swap(`${KEY}.lease`, undefined, 'two', { durable: false })) !== undefined, 'the other key is free')
      expect((await store.read(KEY))?.value === 'one', 'the first is as it was')
      expect((await store.read(`${KEY}.lease`))?.value === 'two', 'so is the other')
    },
  },
]

function expect(isKept: boolean, promise: string): void {
  if (!isKept) throw new Error(`the store breaks a promise: ${promise}`)
}

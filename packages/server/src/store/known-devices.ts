import type { AccountId } from '../domain/ids.ts'
import type { Familiarity, KnownDevice } from '../domain/known-device.ts'
import type { EpochMs } from '../domain/time.ts'

export interface KnownDevices {
  /**
   * A device is known that was seen since the account's password was set: who had the old one has to be told of again.
   *
   * Says how well an account knows a device, and remembers it, in one statement: of N concurrent calls for one device that the account does
   * not know, exactly one is told `first` or `new`; of N for the first devices of an account exactly one is told `first`. Beyond
   * `MAX_KNOWN_DEVICES` the one that was not seen for longest is forgotten with it.
   */
  see(sight: {
    readonly accountId: AccountId
    readonly digest: string
    readonly description: string | undefined
    readonly at: EpochMs
  }): Promise<Familiarity>
  /** Whether the account has been seen with it. Remembers nothing. @param accountId may be nobody's */
  isKnown(accountId: string, digest: string): Promise<boolean>
  /** The one seen last first. */
  list(accountId: AccountId): Promise<KnownDevice[]>
}

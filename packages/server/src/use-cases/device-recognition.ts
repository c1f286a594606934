/** Which browser somebody signs in with: by what it keeps, and not by what it says of itself or where it is. */
import { isBrowserKey } from '../domain/browser-cookie.ts'
import type { AccountId } from '../domain/ids.ts'
import { DEVICE_FORGOTTEN_AFTER_SECONDS, type Familiarity } from '../domain/known-device.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { EpochMs } from '../domain/time.ts'
import type { KnownDevices } from '../store/known-devices.ts'
import type { TokenEngine } from '../tokens/token-engine.ts'
import type { Caller } from './calls.ts'

interface Deps {
  readonly knownDevices: KnownDevices
  readonly tokens: Pick<TokenEngine, 'macOfCode'>
}

/** For the browser, which is known by it from now on. It signs nobody in. */
export interface DeviceCookie {
  readonly value: string
  readonly expiresInSeconds: number
}

interface Sight {
  readonly tenant: Tenant
  readonly accountId: AccountId
  readonly caller: Pick<Caller, 'deviceKey' | 'device'>
  /** Something of this sign-in. A browser that keeps nothing yet gets what comes of it: of one form that is sent twice at once the same. */
  readonly occasion: string
  readonly at: EpochMs
}

export interface DeviceRecognition {
  /** @param who an account's id, or a name that nobody has: the same work @returns what the account knows the browser by; undefined: it does not know it */
  recognise(tenant: Tenant, who: string, deviceKey: string | undefined, at: EpochMs): Promise<string | undefined>
  /** Somebody has proved to be the account's person with this browser. */
  see(sight: Sight): Promise<{ readonly familiarity: Familiarity; readonly cookie: DeviceCookie }>
}

export function createDeviceRecognition({ knownDevices, tokens }: Deps): DeviceRecognition {
  const digestOf = (tenant: Tenant, who: string, key: string, at: EpochMs) => tokens.macOfCode(tenant, ['device', who, key], at)
  return {
    async recognise(tenant, who, deviceKey, at) {
      if (!isBrowserKey(deviceKey)) return undefined
      const digest = await digestOf(tenant, who, deviceKey, at)
      return (await knownDevices.isKnown(who, digest)) ? digest : undefined
    },
    async see({ tenant, accountId, caller, occasion, at }) {
      const { deviceKey, device: description } = caller
      const key = isBrowserKey(deviceKey) ? deviceKey : await tokens.macOfCode(tenant, ['new device', accountId, occasion], at)
      const digest = await digestOf(tenant, accountId, key, at)
      const familiarity = await knownDevices.see({ accountId, digest, description, at })
      return { familiarity, cookie: { value: key, expiresInSeconds: DEVICE_FORGOTTEN_AFTER_SECONDS } }
    },
  }
}

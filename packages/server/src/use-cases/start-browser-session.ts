import type { Account } from '../domain/account.ts'
import { addressBlockOf } from '../domain/address-block.ts'
import type { Application } from '../domain/application.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { Clock } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { Sessions } from '../store/sessions.ts'
import type { TokenEngine } from '../tokens/token-engine.ts'
import type { BrowserSessions } from './browser-sessions.ts'
import type { Caller } from './calls.ts'
import type { DeviceRecognition } from './device-recognition.ts'
import type { BrowserSignedIn } from './person-use-cases.ts'
import { type NewSession, startSession } from './start-session.ts'

interface Deps {
  readonly clock: Clock
  readonly sessions: Sessions
  readonly tokens: TokenEngine
  readonly events: Events
  readonly browserSessions: BrowserSessions
  readonly devices: DeviceRecognition
}

interface ProvedPerson extends Partial<Pick<NewSession, 'refunds' | 'clearedCount'>> {
  readonly tenant: Tenant
  /** The page's own application. */
  readonly own: Application
  readonly account: Account
  readonly tenantEpoch: number
  readonly caller: Caller
  /** What the person has shown. */
  readonly by: 'code' | 'password'
}

/** Signs a browser in whose person has proved a number, or shown the password again. The account knows it from then on; its owner was told why. */
export async function startBrowserSession(deps: Deps, person: ProvedPerson): Promise<BrowserSignedIn> {
  const { tenant, own, account, tenantEpoch, caller, by, refunds = [], clearedCount } = person
  const block = addressBlockOf(caller.address)
  const started = await startSession(deps, {
    tenant,
    application: own,
    account,
    tenantEpoch,
    scope: own.scope,
    actor: undefined,
    refunds,
    clearedCount,
    block,
    origin: { device: caller.device, block, isPassing: false },
    describe: (subject, at) =>
      deps.events.signInSucceeded(
        { at, tenantId: tenant.id, actor: account.id, subject, block, requestId: caller.requestId, device: caller.device },
        { application: own.id, by },
      ),
  })
  const at = deps.clock.now()
  const { cookie: device } = await deps.devices.see({ tenant, accountId: account.id, caller, occasion: started.sessionId, at })
  const value = await deps.browserSessions.write(tenant, started.sessionId, at)
  return { value, expiresInSeconds: started.refreshExpiresInSeconds, device }
}

import { type Account, parseLoginId } from '../domain/account.ts'
import { digestText } from '../domain/browser-cookie.ts'
import { makeId } from '../domain/ids.ts'
import { parseName } from '../domain/name.ts'
import { SIX_DIGITS } from '../domain/one-time-code.ts'
import { accept, refuse } from '../domain/outcome.ts'
import type { Randomness } from '../domain/randomness.ts'
import type { Clock } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { PasswordHasher } from '../passwords/password-hasher.ts'
import type { Accounts } from '../store/accounts.ts'
import type { Applications } from '../store/applications.ts'
import type { Organisations } from '../store/organisations.ts'
import type { Sessions } from '../store/sessions.ts'
import type { TokenEngine } from '../tokens/token-engine.ts'
import type { BrowserSessions } from './browser-sessions.ts'
import type { ChooseablePassword } from './chooseable-password.ts'
import type { CheckCode } from './code-use-cases.ts'
import type { DeviceRecognition } from './device-recognition.ts'
import type { Register } from './person-use-cases.ts'
import { startBrowserSession } from './start-browser-session.ts'

interface Deps {
  readonly clock: Clock
  readonly randomness: Randomness
  readonly accounts: Accounts
  readonly applications: Applications
  readonly organisations: Organisations
  readonly sessions: Sessions
  readonly passwords: PasswordHasher
  readonly tokens: TokenEngine
  readonly events: Events
  readonly browserSessions: BrowserSessions
  readonly devices: DeviceRecognition
  readonly checkCode: CheckCode
  readonly readNewPassword: ChooseablePassword
}

/** A person makes an account with a number that they have proved. */
export function createRegister(deps: Deps): Register {
  const { clock, randomness, accounts, applications, organisations, passwords, events, checkCode, readNewPassword } = deps
  return async ({ tenant, door, codeId, code, browserKey, name: typed, password: chosen, language, caller }) => {
    const organisationId = tenant.phones.registersIn
    const own = await applications.findForDoor(tenant.id, door)
    const organisation = organisationId && (await organisations.find(tenant.id, organisationId))
    if (!(own?.enabled && organisation?.enabled)) return refuse({ code: 'registration_closed' })
    const name = typed === undefined ? undefined : parseName(typed)
    if (name === undefined && typed !== undefined) return refuse({ code: 'name_invalid' })
    const password = await readNewPassword(chosen, [name, tenant.name])
    if (!password.ok) return password

    const holder = digestText(browserKey)
    const checked = await checkCode({ tenant, purpose: 'registration', codeId, code, shape: SIX_DIGITS, holder, caller })
    if (!checked.ok) return checked
    const loginId = parseLoginId(checked.value.number)
    if (loginId === undefined) throw new Error('a number that a code was sent to is no login name')
    const passwordHash = await passwords.hash(password.value)
    const at = clock.now()
    const account: Account = {
      id: makeId('account', randomness),
      tenantId: tenant.id,
      organisationId: organisation.id,
      loginIds: [loginId],
      name,
      roles: [],
      mayImpersonate: false,
      enabled: true,
      epoch: 0,
      passwordSetAt: at,
      createdAt: at,
      erasesAt: undefined,
      language,
    }
    const created = events.accountCreated(
      { at, tenantId: tenant.id, actor: account.id, subject: account.id, requestId: caller.requestId },
      { organisation: organisation.id, roles: '', mayImpersonate: false },
    )
    // Somebody has registered with it since the code was sent.
    if ((await accounts.create(account, passwordHash, created.audit)) === 'login_id_taken') return refuse({ code: 'code_wrong' })
    events.publish(created)
    return accept(await startBrowserSession(deps, { tenant, own, account, tenantEpoch: tenant.epoch, caller, by: 'code' }))
  }
}

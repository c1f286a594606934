import type { Command } from 'commander'
import type { Account } from '../../domain/account.ts'
import { refuse } from '../../domain/outcome.ts'
import { answer } from '../answer.ts'
import { addNoun, explain } from '../command-help.ts'
import { hasPasswordArgument, type PasswordOptions, readNewPassword, takesNewPassword } from '../new-password.ts'
import { collect, tenantOption } from '../option-values.ts'
import type { Run } from '../run-command.ts'
import { createView, instant } from '../view.ts'
import { addSwitch } from './switch.ts'

const ACCOUNT = createView<Account>()(
  {
    id: (account) => account.id,
    organisationId: (account) => account.organisationId,
    loginIds: (account) => account.loginIds,
    name: (account) => account.name ?? null,
    roles: (account) => account.roles,
    mayImpersonate: (account) => account.mayImpersonate,
    enabled: (account) => account.enabled,
    passwordSetAt: (account) => instant(account.passwordSetAt),
    createdAt: (account) => instant(account.createdAt),
    erasesAt: (account) => instant(account.erasesAt),
  },
  ['loginIds', 'id', 'organisationId', 'name', 'roles', 'mayImpersonate', 'enabled', 'passwordSetAt', 'createdAt', 'erasesAt'],
)

const ROLE = 'a role of the tenant, client-id/role for one of an application, or a flag as a path, /feature/name; may be repeated'

interface InTenant {
  readonly tenant?: string
}

interface CreateOptions extends PasswordOptions, InTenant {
  readonly organisation: string
  readonly loginId?: readonly string[]
  readonly name?: string
  readonly role?: readonly string[]
  readonly mayImpersonate?: true
}

export function addAccountCommands(program: Command, run: Run): void {
  const noun = addNoun(program, 'account', 'people and services that can sign in', [
    'ringkey account create alice@example.com --organisation "Example Ltd"',
    'ringkey account set-password alice@example.com --password-file ./password',
    'ringkey account set-rights alice@example.com --role agent --role switchboard/operator',
    'ringkey account end-sessions alice@example.com',
  ])
  addCreate(noun, run)
  addSetPassword(noun, run)
  addSetRights(noun, run)
  addKeep(noun, run)
  const list = noun.command('list').description('list the accounts of a tenant').addOption(tenantOption())
  explain(list, { examples: ['ringkey account list'], json: `{ "accounts": [${ACCOUNT.shape}] }` }).action((options: InTenant) =>
    run(({ onTenant }) =>
      onTenant(options.tenant, async (useCases, tenant) =>
        answer(await useCases.list.accounts(tenant), (accounts) => ({
          document: { accounts: accounts.map(ACCOUNT.toJson) },
          table: ACCOUNT.toTable(accounts),
          notes: [],
        })),
      ),
    ),
  )
  addSwitch(noun, run, {
    argument: { name: 'login-id', description: 'one of its login ids' },
    key: 'loginId',
    example: 'alice@example.com',
    what: 'an account',
    effect: 'it cannot sign in, and its tokens are refused',
    isInTenant: true,
    targetOf: (account, tenant) => ({ noun: 'account', tenant, account }),
    endsSessions: (account, tenant) => ({ noun: 'account', tenant, account }),
  })
}

function addCreate(noun: Command, run: Run): void {
  const create = noun
    .command('create')
    .description('make an account; its password is asked for, twice, and not shown')
    .argument('<login-id>', 'e-mail address or login id')
    .requiredOption('--organisation <name>', 'the organisation that it belongs to')
    .option('--login-id <id>', 'another login id of the account; may be repeated', collect)
    .option('--name <text>', 'what the person or the service is called')
    .option('--role <role>', ROLE, collect)
    .option('--may-impersonate', 'it may get tokens of other accounts of its organisation')
    .addOption(tenantOption())
  explain(takesNewPassword(create), {
    examples: [
      'ringkey account create alice@example.com --organisation "Example Ltd"',
      'ringkey account create bob@example.com --organisation "Example Ltd" --name "Bob Builder" --role agent --role switchboard/operator',
      'pwgen 20 1 | ringkey account create pbx-7 --organisation "Example Ltd" --password-stdin',
    ],
    json: `{ "account": ${ACCOUNT.shape} }`,
  }).action((loginId: string, options: CreateOptions, command: Command) =>
    run(async ({ deps, onTenant }) => {
      if (hasPasswordArgument(command, options)) return refuse({ code: 'password_as_argument' })
      const password = await readNewPassword(deps, options)
      if (!password.ok) return password
      const { organisation, name, role: roles = [], mayImpersonate = false } = options
      const loginIds = [loginId, ...(options.loginId ?? [])]
      const account = { organisation, loginIds, password: password.value, name, roles, mayImpersonate }
      return onTenant(options.tenant, async (useCases, tenant) =>
        answer(await useCases.createAccount({ tenant, ...account }), (created) => ({
          document: { account: ACCOUNT.toJson(created) },
          table: ACCOUNT.toTable([created]),
          notes: ['Account made.'],
        })),
      )
    }),
  )
}

function addSetPassword(noun: Command, run: Run): void {
  const setPassword = noun
    .command('set-password')
    .description('set the password of an account; it is asked for, twice, and not shown; all sessions of the account end')
    .argument('<login-id>', 'one of its login ids')
    .addOption(tenantOption())
  explain(takesNewPassword(setPassword), {
    examples: ['ringkey account set-password alice@example.com', 'ringkey account set-password pbx-7 --password-file ./password'],
    json: `{ "account": ${ACCOUNT.shape} }`,
  }).action((loginId: string, options: PasswordOptions & InTenant, command: Command) =>
    run(async ({ deps, onTenant }) => {
      if (hasPasswordArgument(command, options)) return refuse({ code: 'password_as_argument' })
      const password = await readNewPassword(deps, options)
      if (!password.ok) return password
      return onTenant(options.tenant, async (useCases, tenant) =>
        answer(await useCases.setPassword({ tenant, account: loginId, password: password.value }), (account) => ({
          document: { account: ACCOUNT.toJson(account) },
          notes: ['Password set. All sessions of the account have ended.'],
        })),
      )
    }),
  )
}

function addKeep(noun: Command, run: Run): void {
  const keep = noun
    .command('keep')
    .description(
      'stop the deletion of an account that was asked for at its own page; its sessions have ended, its permanent tokens are good again',
    )
    .argument('<login-id>', 'one of its login ids')
    .addOption(tenantOption())
  explain(keep, { examples: ['ringkey account keep alice@example.com'], json: `{ "account": ${ACCOUNT.shape} }` }).action(
    (account: string, options: InTenant) =>
      run(({ onTenant }) =>
        onTenant(options.tenant, async (useCases, tenant) =>
          answer(await useCases.stopErasure({ tenant, account }), (kept) => ({
            document: { account: ACCOUNT.toJson(kept) },
            table: ACCOUNT.toTable([kept]),
            notes: ['The account stays. Whoever asked to delete it has its password: `ringkey account set-password` sets another.'],
          })),
        ),
      ),
  )
}

interface RightsOptions extends InTenant {
  readonly role?: readonly string[]
  /** false: `--no-roles` */
  readonly roles: boolean
  readonly mayImpersonate?: boolean
}

function addSetRights(noun: Command, run: Run): void {
  const setRights = noun
    .command('set-rights')
    .description('say anew what an account may do; what is left out stays; all sessions of the account end')
    .argument('<login-id>', 'one of its login ids')
    .option('--role <role>', `${ROLE}; those given replace all that it has`, collect)
    .option('--no-roles', 'it has no roles any more')
    .option('--may-impersonate', 'it may get tokens of other accounts of its organisation')
    .option('--no-may-impersonate', 'it may not, or no longer')
    .addOption(tenantOption())
  explain(setRights, {
    examples: [
      'ringkey account set-rights alice@example.com --role agent --role switchboard/operator',
      'ringkey account set-rights support@example.com --may-impersonate',
      'ringkey account set-rights alice@example.com --no-roles --no-may-impersonate',
    ],
    json: `{ "account": ${ACCOUNT.shape} }`,
  }).action((account: string, { tenant: named, mayImpersonate, ...options }: RightsOptions) =>
    run(async ({ onTenant }) => {
      if (options.role !== undefined && !options.roles) return refuse({ code: 'roles_contradictory' })
      const roles = options.roles ? options.role : []
      if (roles === undefined && mayImpersonate === undefined) return refuse({ code: 'rights_missing' })
      return onTenant(named, async (useCases, tenant) =>
        answer(await useCases.setAccountRights({ tenant, account, roles, mayImpersonate }), (set) => ({
          document: { account: ACCOUNT.toJson(set) },
          table: ACCOUNT.toTable([set]),
          notes: ['Rights set. All sessions of the account have ended.'],
        })),
      )
    }),
  )
}

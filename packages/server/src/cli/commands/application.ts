import { Argument, type Command, Option } from 'commander'
import { type Application, type CheckingRight, canSendPasswords, type SigningAlgorithm } from '../../domain/application.ts'
import { accept, type Outcome, refuse } from '../../domain/outcome.ts'
import type { RefreshPolicyName } from '../../domain/refresh-policy.ts'
import type { DoorName } from '../../domain/tenant.ts'
import type { NewApplication } from '../../use-cases/use-cases.ts'
import { answer } from '../answer.ts'
import { addNoun, explain } from '../command-help.ts'
import { collect, listOf, parseCount, tenantOption } from '../option-values.ts'
import type { UsageRefusal } from '../refusals.ts'
import type { Run } from '../run-command.ts'
import { APPLICATION } from './application-view.ts'
import { addCheckRedirectUri } from './check-redirect-uri.ts'
import { addSetPageSignIn, type PageSignInOptions, pkceOption, REDIRECT_URI } from './set-page-sign-in.ts'
import { addSwitch } from './switch.ts'

interface CreateOptions extends Pick<PageSignInOptions, 'redirectUri' | 'pkce'> {
  readonly tenant?: string
  readonly door: DoorName
  readonly name?: string
  readonly organisation?: string
  readonly doorSignIns?: true
  readonly type?: 'public' | 'confidential'
  readonly scope?: string
  readonly audience?: readonly string[]
  readonly checks: CheckingRight
  readonly allowPasswordGrant?: true
  readonly algorithm?: SigningAlgorithm
  readonly accessSeconds?: number
  readonly idleSeconds?: number
  readonly absoluteSeconds?: number
  readonly refreshPolicy?: RefreshPolicyName
  readonly windowSeconds?: number
  readonly showsCode?: true
}

export function addApplicationCommands(program: Command, run: Run): void {
  const noun = addNoun(program, 'application', 'the software that gets tokens', [
    'ringkey application create voice-portal --door smartflo --type confidential',
    'ringkey application list',
    'ringkey application end-sessions voice-portal',
  ])
  addCreate(noun, run)
  addSetReach(noun, run)
  addSetPasswordGrant(noun, run)
  addSetPageSignIn(noun, run)
  addCheckRedirectUri(noun, run)
  const list = noun.command('list').description('list the applications of a tenant').addOption(tenantOption())
  explain(list, { examples: ['ringkey application list'], json: `{ "applications": [${APPLICATION.shape}] }` }).action(
    (options: { tenant?: string }) =>
      run(({ onTenant }) =>
        onTenant(options.tenant, async (useCases, tenant) =>
          answer(await useCases.list.applications(tenant), (applications) => ({
            document: { applications: applications.map(APPLICATION.toJson) },
            table: APPLICATION.toTable(applications),
            notes: [],
          })),
        ),
      ),
  )
  addSwitch(noun, run, {
    argument: { name: 'client-id', description: 'client id of the application' },
    key: 'clientId',
    example: 'voice-portal',
    what: 'an application',
    effect: 'it gets no tokens, and those that it has are refused',
    isInTenant: true,
    targetOf: (clientId, tenant) => ({ noun: 'application', tenant, clientId }),
    endsSessions: (clientId, tenant) => ({ noun: 'application', tenant, clientId }),
  })
}

function addCreate(noun: Command, run: Run): void {
  const create = withCreateOptions(noun.command('create').description('make an application; what is left out is as its door has it'))
  explain(create, {
    examples: [
      'ringkey application create voice-portal --door smartflo --type confidential',
      'ringkey application create dialler --door smartflo --scope "calls:read calls:write" --access-seconds 3600',
      'ringkey application create phone-app --door idm --redirect-uri com.example.phone:/signed-in',
    ],
    json: `{ "application": ${APPLICATION.shape}, "secret" }, where "secret" is shown this once and null for a public application`,
  }).action((clientId: string, options: CreateOptions) =>
    run(async ({ onTenant }) => {
      const policy = refreshPolicyOf(options)
      if (!policy.ok) return policy
      return onTenant(options.tenant, async (useCases, tenant) =>
        answer(await useCases.createApplication(requestOf(clientId, tenant, options, policy.value)), ({ application, secret }) => ({
          document: { application: APPLICATION.toJson(application), secret: secret ?? null },
          ...(secret === undefined ? { table: APPLICATION.toTable([application]) } : { madeSecret: secret }),
          notes: [
            `Application ${application.clientId} made.`,
            ...(secret === undefined ? [] : ['Its client secret is shown this once. Keep it.']),
            ...notesOnPasswordGrant(application, options.tenant),
          ],
        })),
      )
    }),
  )
}

/** Nothing where sign-ins name no client, or happen at the page: these need no leave. */
function notesOnPasswordGrant(
  { clientId, signInDoor, tokenFormat, passwordGrant, pageSignIn: { redirectUris } }: Application,
  tenant: string | undefined,
): string[] {
  if (signInDoor !== undefined || redirectUris.length > 0 || !canSendPasswords({ tokenFormat })) return []
  if (passwordGrant) return ["The password grant is on: it may send people's passwords."]
  const command = `ringkey application set-password-grant ${clientId} on${tenant === undefined ? '' : ` --tenant ${tenant}`}`
  return [`The password grant is off: it may not send people's passwords. \`${command}\` switches it on.`]
}

interface ReachOptions {
  readonly tenant?: string
  readonly scope?: string
  readonly audience?: readonly string[]
  readonly webOrigin?: readonly string[]
}

function addSetReach(noun: Command, run: Run): void {
  const setReach = noun
    .command('set-reach')
    .description('say anew what the tokens of an application are good for, and which pages may call for it; what is left out stays')
    .argument('<client-id>')
    .addOption(tenantOption())
    .option('--scope <scopes>', 'the scopes that it may have, parted by blanks')
    .option('--audience <name>', 'an API that its tokens are for; may be repeated', collect)
    .option(
      '--web-origin <origin>',
      'the origin of pages that may call for it from a browser; may be repeated; "none" for no page',
      collect,
    )
  explain(setReach, {
    examples: [
      'ringkey application set-reach smartflo --scope "calls:read calls:write"',
      'ringkey application set-reach api --web-origin https://portal.example.com',
    ],
    json: `{ "application": ${APPLICATION.shape} }`,
  }).action((clientId: string, { scope, audience, webOrigin, ...options }: ReachOptions) =>
    run(({ onTenant }) =>
      onTenant(options.tenant, async (useCases, tenant) =>
        answer(await useCases.setApplicationReach({ tenant, clientId, scope, audience, webOrigins: listOf(webOrigin) }), (application) => ({
          document: { application: APPLICATION.toJson(application) },
          table: APPLICATION.toTable([application]),
          notes: ['Set.'],
        })),
      ),
    ),
  )
}

function addSetPasswordGrant(noun: Command, run: Run): void {
  const setPasswordGrant = noun
    .command('set-password-grant')
    .description("say whether an application that names itself may send people's passwords; its sessions go on")
    .argument('<client-id>', 'client id of the application')
    .addArgument(new Argument('<on|off>', 'whether it may').choices(['on', 'off']))
    .addOption(tenantOption())
  explain(setPasswordGrant, {
    examples: ['ringkey application set-password-grant voice-portal on'],
    json: `{ "application": ${APPLICATION.shape} }`,
  }).action((clientId: string, state: 'on' | 'off', options: { readonly tenant?: string }) =>
    run(({ onTenant }) =>
      onTenant(options.tenant, async (useCases, tenant) =>
        answer(await useCases.setPasswordGrant({ tenant, clientId, allowed: state === 'on' }), (application) => ({
          document: { application: APPLICATION.toJson(application) },
          table: APPLICATION.toTable([application]),
          notes: [`The password grant is ${state}.`],
        })),
      ),
    ),
  )
}

function withCreateOptions(command: Command): Command {
  return command
    .argument('<client-id>', 'unique in its tenant')
    .requiredOption('--door <name>', 'the front door that it speaks with, whose defaults it takes')
    .addOption(tenantOption())
    .option('--name <name>', 'what people call it; the client id where left out')
    .option('--organisation <name>', 'the organisation that it belongs to; the tenant itself where left out')
    .option('--door-sign-ins', 'it gets the sign-ins of its door that name no client; one application of a door can')
    .addOption(new Option('--type <type>', 'a confidential application can keep a secret').choices(['public', 'confidential']))
    .option('--scope <scopes>', 'the scopes that it may have, parted by blanks')
    .option('--audience <name>', 'an API that its tokens are for; may be repeated', collect)
    .addOption(new Option('--checks <whose>', 'whose tokens it may ask about').choices(['none', 'own', 'tenant']).default('none'))
    .option('--allow-password-grant', "it may send people's passwords with its own name; better leave it out for new programs")
    .addOption(new Option('--algorithm <name>', 'what its access tokens are signed with').choices(['ES256', 'EdDSA', 'RS256', 'HS256']))
    .option('--access-seconds <n>', 'how long an access token lives', parseCount)
    .option('--idle-seconds <n>', 'how long a session lives without a refresh', parseCount)
    .option('--absolute-seconds <n>', 'how long a session lives at all', parseCount)
    .addOption(
      new Option('--refresh-policy <name>', 'how long a lost answer may be asked for again').choices(['strict', 'device', 'bearer']),
    )
    .option('--window-seconds <n>', 'the replay window of --refresh-policy strict or bearer', parseCount)
    .option('--redirect-uri <uri>', REDIRECT_URI, collect)
    .addOption(pkceOption())
    .option('--shows-code', 'a person may see the code on a page, to copy it into a program that no browser can call')
}

function refreshPolicyOf(options: CreateOptions): Outcome<NewApplication['refreshPolicy'], UsageRefusal> {
  const { refreshPolicy: name, windowSeconds } = options
  if (windowSeconds !== undefined && (name === undefined || name === 'device')) return refuse({ code: 'window_without_policy' })
  return accept(name === undefined ? undefined : { name, windowSeconds })
}

function requestOf(
  clientId: string,
  tenant: string,
  options: CreateOptions,
  refreshPolicy: NewApplication['refreshPolicy'],
): NewApplication {
  const { accessSeconds, idleSeconds, absoluteSeconds } = options
  return {
    tenant,
    clientId,
    name: options.name ?? clientId,
    organisation: options.organisation,
    door: options.door,
    takesDoorSignIns: options.doorSignIns === true,
    type: options.type,
    scope: options.scope,
    audience: options.audience ?? [],
    checks: options.checks,
    passwordGrant: options.allowPasswordGrant === true,
    algorithm: options.algorithm,
    lifetimes: {
      ...(accessSeconds === undefined ? {} : { accessSeconds }),
      ...(idleSeconds === undefined ? {} : { idleSeconds }),
      ...(absoluteSeconds === undefined ? {} : { absoluteSeconds }),
    },
    refreshPolicy,
    redirectUris: options.redirectUri,
    requiresPkce: options.pkce === undefined ? undefined : options.pkce === 'required',
    showsCode: options.showsCode,
  }
}

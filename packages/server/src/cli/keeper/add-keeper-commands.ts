/**
 * The commands that integrators type: they get tokens of a platform and keep them fresh, by `@ringkey/client`. Here are only their names
 * and flags; each command's work is loaded when it is called, so that the help of `ringkey` waits for none of it.
 */
import { Argument, type Command, InvalidArgumentError, Option } from 'commander'
import { explain } from '../command-help.ts'
import type { CallOptions } from './call.ts'
import type { ExecOptions } from './exec.ts'
import type { TokenDemand } from './give-token.ts'
import type { LoginOptions } from './login.ts'
import type { RunKeeper } from './run-keeper.ts'
import { SignInName } from './sign-in-name.ts'
import type { PlatformName } from './sign-ins.ts'

const PLATFORMS: readonly PlatformName[] = ['smartflo', 'servetel', 'voipex', 'vpaas', 'oauth']
const NAME = 'name of the sign-in; needed where there are several'

export function addKeeperCommands(program: Command, run: RunKeeper): void {
  addLogin(program, run)
  addToken(program, run)
  addHeader(program, run)
  addCall(program, run)
  addExec(program, run)
  addStatus(program, run)
  addWhoami(program, run)
  addLogout(program, run)
}

function addLogin(program: Command, run: RunKeeper): void {
  const login = program
    .command('login')
    .description(
      'sign in to a platform, for the commands below. The tokens are kept in files that only you can read, in RINGKEY_HOME or ~/.local/state/ringkey. A password is not kept, unless --keep-password asks for it; an API key, a client secret and a given token are, because renewal or every call needs them',
    )
    .addArgument(new Argument('<platform>', 'smartflo, servetel, voipex, vpaas, or oauth for any OAuth server').choices(PLATFORMS))
    .option('--as <name>', 'a name for the sign-in, which has a session of its own; by default the platform’s')
    .option('--base-url <url>', 'where tokens are asked for, such as a Ringkey server; for oauth the issuer')
    .option('--api-url <url>', 'where calls go, if elsewhere')
    .option('--email <address>', 'who signs in: the e-mail address or login id')
    .option('--client-id <id>', 'the application, for vpaas and oauth')
    .option('--scope <scope>', 'the scope that is asked for')
    .option('--impersonate <address>', 'the user whose tokens these are to be, for voipex')
    .option(
      '--secret-file <file>',
      'read the password (vpaas: the API key; oauth: the client secret) from a file that nobody else can read',
    )
    .option('--secret-stdin', 'read it from standard input')
    .option('--with-token', 'the secret is a token of the portal, not a password, for smartflo and servetel')
    .option('--keep-password', 'keep the password too, for programs that run less often than a token can be renewed')
    .option('--code-file <file>', 'read what the browser came back with from a file, for vpaas')
    .option('--code-stdin', 'read it from standard input')
    .option('--no-browser', 'only print the address to sign in at; else, for vpaas, a browser opens it too where there is one')
  const misplaced = ['password', 'secret', 'token', 'apiKey', 'code'] as const
  for (const flag of ['--password', '--secret', '--token', '--api-key', '--code']) login.addOption(new Option(`${flag} [value]`).hideHelp())
  login.allowExcessArguments()
  explain(login, {
    examples: [
      'ringkey login smartflo --email alice@example.com',
      'ringkey login smartflo --email alice@example.com --secret-file ~/smartflo.password --keep-password',
      'ringkey login voipex --email api@example.com --base-url https://id.example.com --as test --secret-stdin < password',
      'ringkey login vpaas --client-id portal --secret-file ~/vpaas.apikey',
    ],
    json: '{ "name", "platform", "account", "store", "secretKept" }, or { "pending", "address" } with code 8 where somebody has to open the address',
  }).action((platform: PlatformName, options: Record<string, unknown>) =>
    run(async (deps) => {
      const isMisplaced = misplaced.some((name) => options[name] !== undefined) || login.args.length > 1
      return (await import('./login.ts')).login(deps, platform, { ...options, misplaced: isMisplaced } as LoginOptions)
    }),
  )
}

function addToken(program: Command, run: RunKeeper): void {
  const token = program
    .command('token')
    .description('print a token that is good now, and nothing else')
    .addArgument(new SignInName('[name]', NAME))
    .addOption(minValidityOption())
  explain(token, {
    examples: ['ringkey token', 'ringkey token smartflo --min-validity 300'],
    json: '{ "token", "expiresAt" }',
  }).action((name: string | undefined, options: TokenDemand) =>
    run(async (deps) => (await import('./give-token.ts')).printToken(deps, name, options)),
  )
}

function addHeader(program: Command, run: RunKeeper): void {
  const header = program
    .command('header')
    .description('print the headers of a call as the platform wants them, one a line')
    .addArgument(new SignInName('[name]', NAME))
    .addOption(minValidityOption())
  explain(header, {
    examples: ['ringkey header smartflo', 'ringkey header vpaas | curl -H @- https://api.voiceui.telekom.net/user/api/v1/'],
    json: '{ "headers", "expiresAt" }',
  }).action((name: string | undefined, options: TokenDemand) =>
    run(async (deps) => (await import('./give-token.ts')).printHeaders(deps, name, options)),
  )
}

function addCall(program: Command, run: RunKeeper): void {
  const call = program
    .command('call')
    .description('make one call and print what the platform answers; one that is answered 401 is made once more with a new token')
    .addArgument(new SignInName('<name>', 'name of the sign-in'))
    .argument('<method>', 'GET, POST or the like')
    .argument('<path>', 'below the platform’s address, or an address of the platform')
    .option('--header <line>', 'a header, as Name: value; may be given more than once', (line, earlier: readonly string[] = []) => [
      ...earlier,
      line,
    ])
    .option('--body-file <file>', 'send the text of this file, as JSON unless a header says otherwise')
    .option('--body-stdin', 'send what is on standard input')
  explain(call, {
    examples: ['ringkey call smartflo GET /v1/call/records', 'ringkey call smartflo POST /v1/click_to_call --body-file call.json'],
    json: '{ "status", "headers", "body" }',
  }).action((name: string, method: string, path: string, options: CallOptions) =>
    run(async (deps) => (await import('./call.ts')).call(deps, name, method, path, options)),
  )
}

function addExec(program: Command, run: RunKeeper): void {
  const exec = program
    .command('exec')
    .description('run a program with a token in its environment. Signals go on to it, and its exit code is this command’s')
    .addArgument(new SignInName('<name>', 'name of the sign-in'))
    .argument('<program...>', 'the program and its arguments, after --')
    .option('--variable <name>', 'the variable that has the token', 'RINGKEY_TOKEN')
    .option(
      '--renew <how>',
      'what happens when there is a new token: restart ends the program with SIGTERM and starts it again; a signal such as SIGHUP is sent to it, and it finds the new token in the file that RINGKEY_TOKEN_FILE names',
    )
  explain(exec, {
    examples: ['ringkey exec smartflo -- ./dialler --fast', 'ringkey exec smartflo --renew SIGHUP -- ./dialler'],
  }).action((name: string, command: readonly string[], options: ExecOptions) =>
    run(async (deps) => (await import('./exec.ts')).exec(deps, name, command, options)),
  )
}

function addStatus(program: Command, run: RunKeeper): void {
  const status = program
    .command('status')
    .description(
      'list the sign-ins that are kept, until when their tokens are good, and which the platform has refused; with a name, code 4 says that it takes a sign-in',
    )
    .addArgument(new SignInName('[name]', 'only this sign-in'))
  explain(status, {
    examples: ['ringkey status', 'ringkey status smartflo --json'],
    json: '{ "signIns": [{ "name", "platform", "account", "baseUrl", "store", "signedIn", "expiresAt", "refusedAt", "refreshExpiresAt", "scope", "secretKept", "clockAheadSeconds" }] }',
  }).action((name: string | undefined) => run(async (deps) => (await import('./status.ts')).status(deps, name)))
}

function addWhoami(program: Command, run: RunKeeper): void {
  const whoami = program
    .command('whoami')
    .description('say who calls are made as, with a token that is good now')
    .addArgument(new SignInName('[name]', NAME))
  explain(whoami, {
    examples: ['ringkey whoami', 'ringkey whoami smartflo'],
    json: '{ "name", "platform", "account", "subject", "baseUrl" }',
  }).action((name: string | undefined) => run(async (deps) => (await import('./whoami.ts')).whoami(deps, name)))
}

function addLogout(program: Command, run: RunKeeper): void {
  const logout = program
    .command('logout')
    .description('end the session where the platform can, and take away what is kept, also where the platform cannot be told')
    .addArgument(new SignInName('[name]', NAME))
  explain(logout, { examples: ['ringkey logout', 'ringkey logout smartflo'], json: '{ "name", "signedOut" }' }).action(
    (name: string | undefined) => run(async (deps) => (await import('./logout.ts')).logout(deps, name)),
  )
}

function minValidityOption(): Option {
  return new Option('--min-validity <seconds>', 'how long it must be good at least').argParser((text) => {
    if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number of seconds, 0 or more.')
    return Number(text)
  })
}

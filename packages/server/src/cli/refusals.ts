import type { ConfigRefusal } from '../config/config.ts'
import type { Refusal } from '../domain/outcome.ts'
import { PASSWORD_CHARACTERS } from '../domain/password.ts'
import { MAX_REDIRECT_URIS } from '../domain/redirect-uri.ts'
import { MIN_WINDOW_SECONDS } from '../domain/refresh-policy.ts'
import { MAX_ROLES } from '../domain/role.ts'
import type { Listings, UseCases } from '../use-cases/use-cases.ts'
import type { InitialiseRefusal, ResealRefusal, StartRefusal } from './cli-deps.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'
import type { RefusalOf } from './refusal-of.ts'

type CalledVerb =
  | 'createTenant'
  | 'addDoor'
  | 'createOrganisation'
  | 'createApplication'
  | 'setApplicationReach'
  | 'setPasswordGrant'
  | 'setPageSignIn'
  | 'setPhones'
  | 'createApiKey'
  | 'createAccount'
  | 'setPassword'
  | 'stopErasure'
  | 'setAccountRights'
  | 'setEnabled'
  | 'endSessions'
  | 'endSession'
  | 'issuePermanentToken'
  | 'revokePermanentToken'
  | 'rotateKeys'
  | 'retireKey'

/** The command line's own, about how it was called. */
export type UsageRefusal = Refusal<
  | 'tenant_needed'
  | 'window_without_policy'
  | 'rights_missing'
  | 'roles_contradictory'
  | 'page_sign_in_missing'
  | 'phones_missing'
  | 'password_as_argument'
  | 'password_sources_two'
  | 'password_file_missing'
  | 'password_file_open'
  | 'password_unreadable'
  | 'stdin_is_terminal'
  | 'terminal_needed'
  | 'passwords_differ'
  | 'interrupted'
>

export type CommandRefusal =
  | RefusalOf<UseCases[CalledVerb]>
  | RefusalOf<Listings[keyof Listings]>
  | InitialiseRefusal
  | StartRefusal
  | ResealRefusal
  | UsageRefusal
  | ConfigRefusal

/** What a sentence may name. */
export interface Surroundings {
  readonly doors: readonly string[]
  readonly dataDir: string
}

interface Guidance {
  readonly exit: ExitCode
  /** What is wrong and what to do. */
  readonly sentence: string | ((surroundings: Surroundings) => string)
}

const usage = (sentence: Guidance['sentence']): Guidance => ({ exit: EXIT.usage, sentence })
const refused = (sentence: Guidance['sentence']): Guidance => ({ exit: EXIT.refused, sentence })
const configuration = (sentence: Guidance['sentence']): Guidance => ({ exit: EXIT.configuration, sentence })

/** Every refusal that a command can meet. A code that is missing here does not compile. */
export const GUIDANCE: { readonly [Code in CommandRefusal['code']]: Guidance } = {
  // What does not exist
  tenant_not_found: refused('There is no such tenant. `ringkey tenant list` shows them.'),
  organisation_not_found: refused('There is no such organisation in this tenant. `ringkey organisation list` shows them.'),
  application_not_found: refused('There is no application with this client id in this tenant. `ringkey application list` shows them.'),
  account_not_found: refused('There is no account with this login id in this tenant. `ringkey account list` shows them.'),
  api_key_not_found: refused('There is no API key with this id in this tenant. `ringkey apikey list` shows them.'),
  permanent_token_not_found: refused(
    'There is no permanent token with this id in this tenant that could be revoked. `ringkey permanent-token list` shows them.',
  ),
  key_not_found: refused('There is no key with this id in this tenant. `ringkey key list` shows them.'),
  session_not_found: refused('There is no session with this id in this tenant. `ringkey session list` shows them.'),

  // What exists already
  name_taken: refused('This name is taken. Choose another.'),
  taken: refused('The client id is taken, or another application has the sign-ins of this door. `ringkey application list` shows both.'),
  login_id_taken: refused('Another account of this tenant has one of these login ids.'),
  already_initialised: refused(({ dataDir }) => `${dataDir} is set up already; nothing was changed. \`ringkey serve\` starts the server.`),

  // What is not allowed
  doors_collide: refused('Two of these doors have a path in common. Give them to different tenants.'),
  scope_exceeded: refused('The application has not all of these scopes. Ask for fewer, or leave --scope out.'),
  erasure_not_planned: refused(
    'Nobody has asked to delete this account, or it has been deleted. `ringkey account list` shows the day of each.',
  ),
  account_disabled: refused('The account is disabled. `ringkey account enable` switches it on.'),
  password_too_short: refused(`The password is too short: ${PASSWORD_CHARACTERS.min} characters at least.`),
  password_too_long: refused(`The password is too long: ${PASSWORD_CHARACTERS.max} characters at most.`),
  password_common: refused('Many people try this password first, or it has a name of the account or the tenant in it. Choose another one.'),

  // What is written in a way that cannot be
  name_invalid: usage(
    'The name cannot be used. A tenant has lower-case letters, digits and hyphens; other names have no control characters.',
  ),
  host_name_invalid: usage('A host name is letters, digits, hyphens and dots, without a scheme, port or path.'),
  door_unknown: usage(({ doors }) => `There is no such door. The doors are: ${doors.join(', ')}.`),
  algorithm_unsuited: usage('With HS256 nobody could verify its id tokens: choose RS256, ES256 or EdDSA.'),
  page_sign_in_unsuited: usage('Nobody signs in at the page for an application of its door.'),
  password_grant_unsuited: usage('Sign-ins at its door name no client, or happen at the page, so that it would never send a password.'),
  web_origin_invalid: usage(
    'A web origin is a scheme, a host and perhaps a port, as in https://portal.example.com: no path, no wildcard, https but for this machine; at most 20.',
  ),
  redirect_uri_invalid: usage('This address may not be registered as a redirect URI:'),
  too_many_redirect_uris: usage(`An application has ${MAX_REDIRECT_URIS} redirect URIs at most.`),
  page_sign_in_missing: usage('Say what to change: --redirect-uri, --pkce or --shows-code.'),
  scope_malformed: usage('The scope is malformed: names without quotation marks and backslashes, parted by blanks.'),
  lifetimes_invalid: usage(
    'The lifetimes do not fit together: positive seconds, access no longer than idle, idle no longer than absolute.',
  ),
  lifetime_invalid: usage('The lifetime cannot be used: give 60 to 300,000,000 seconds, or leave --lifetime-seconds out.'),
  window_too_short: usage(`The replay window is too short for honest clients: ${MIN_WINDOW_SECONDS} seconds at least.`),
  window_without_policy: usage('--window-seconds needs --refresh-policy strict or --refresh-policy bearer.'),
  login_id_invalid: usage('A login id is 1 to 255 characters without blanks or control characters.'),
  roles_invalid: usage(
    `A role is 1 to 64 of the characters a-z, A-Z, 0-9, ".", "_" and "-", and for one of an application its client id and "/" before it; a flag is 1 to 8 of these, each after a "/". An account has ${MAX_ROLES} at most.`,
  ),
  rights_missing: usage('Say what to change: --role, --no-roles, --may-impersonate or --no-may-impersonate.'),
  roles_contradictory: usage('Use --role or --no-roles, not both.'),
  phones_missing: usage('Say what to change: --countries, --kinds, --messages-per-day, --register-in or --no-registration.'),
  country_unknown: usage('A country is two letters of ISO 3166-1, as in DE or IN.'),
  messages_per_day_invalid: usage('Messages a day are a whole number, a million at most.'),
  tenant_needed: usage('There is no default tenant. Name one with --tenant; `ringkey tenant list` shows them.'),

  // Where a password comes from
  password_as_argument: usage(
    'A password is never an argument: others can see it in the list of processes and in the history of the shell. Leave it out and it is asked for, or use --password-file or --password-stdin. If it was a real one, change it.',
  ),
  password_sources_two: usage('Use --password-file or --password-stdin, not both.'),
  password_file_missing: usage('The file of --password-file cannot be read.'),
  password_file_open: usage('The file of --password-file can be read by others. chmod 600 it, and consider the password known.'),
  password_unreadable: usage('There is no password in it: it must be one line of UTF-8, 4096 bytes at most.'),
  stdin_is_terminal: usage('--password-stdin is for a pipe. Leave it out on a terminal: the password is asked for then and not shown.'),
  terminal_needed: usage('There is no terminal to ask for the password on. Use --password-file or --password-stdin.'),
  passwords_differ: usage('The two passwords differ. Nothing was changed.'),
  interrupted: { exit: EXIT.interrupted, sentence: 'Interrupted. Nothing was changed.' },

  // What keeps the server or its data closed
  configuration_invalid: configuration('The configuration cannot be used:'),
  not_initialised: configuration(
    ({ dataDir }) =>
      `There is no Ringkey data in ${dataDir}. \`ringkey init\` makes it; --data-dir or RINGKEY_DATA_DIR names another directory.`,
  ),
  master_key_missing: configuration(
    ({ dataDir }) =>
      `The master key is missing: neither RINGKEY_MASTER_KEY nor RINGKEY_MASTER_KEY_FILE is set, and ${dataDir} has no master.key. Put back the key that this store was made with. No new one is made, because it could not open what the store holds.`,
  ),
  master_key_wrong: configuration(
    'The master key is not the one that this store was made with. Check RINGKEY_MASTER_KEY, RINGKEY_MASTER_KEY_FILE, or master.key in the data directory. Nothing was changed.',
  ),
  new_master_key_unusable: configuration(
    'The file of --new-key-file must be one that nobody else can read (chmod 600), with 32 bytes in base64url without padding; or name one that is not there, and it is made. Nothing was changed.',
  ),
  store_in_use: configuration(
    'A server runs on this data directory, and it would go on with the old master key. Stop it, then ask again. Nothing was changed.',
  ),
  schema_newer: configuration('The data was written by a newer Ringkey. Use that version, or a newer one.'),
  data_directory_unusable: configuration(({ dataDir }) => `${dataDir} cannot be used:`),
  address_in_use: configuration(
    'Another program listens on this address. Change RINGKEY_PORT or RINGKEY_METRICS_PORT, or stop that program.',
  ),
  address_unusable: configuration('This machine cannot listen there. Check RINGKEY_HOST; a port below 1024 needs a privilege.'),
  tenant_doors_collide: configuration('Two doors of one tenant have a path in common. Give them to different tenants.'),
}

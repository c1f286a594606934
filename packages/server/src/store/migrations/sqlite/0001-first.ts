import type { Migration } from './migration.ts'

/**
 * The first schema.
 *
 * - Times are milliseconds since 1970 in `…_at`, but for `expires_at` of sessions and permanent tokens: whole seconds, as in the domain.
 * - A parent is referred to together with its tenant, so that nothing crosses tenants.
 * - No index is on a column that a refresh or a charge changes.
 */
export const first: Migration = {
  number: 1,
  apply({ exec, run, randomness }) {
    exec(OF_THE_STORE)
    run('insert into identity (one, id) values (1, ?)', randomness.bytes(16))
    run('insert into clock (one, newest_at) values (1, 0)')
    exec(TENANTS_AND_ORGANISATIONS)
    exec(ACCOUNTS)
    exec(APPLICATIONS)
    exec(SESSIONS)
    exec(KEYS_AND_TOKENS)
    exec(LIMITS_AND_ONE_USE_THINGS)
    exec(AUDIT)
  },
}

const OF_THE_STORE = `
create table identity (
  one integer primary key check (one = 1),
  id blob not null check (length(id) = 16),
  master_key_check blob
) strict;

create table clock (
  one integer primary key check (one = 1),
  newest_at integer not null, -- the newest instant committed
  beat_at integer             -- when the store last was known to answer; null: never yet
) strict;

create table outages (
  from_at integer primary key,
  to_at integer not null
) strict;
`

const TENANTS_AND_ORGANISATIONS = `
create table tenants (
  id text primary key,
  name text not null unique,
  doors text not null, -- JSON
  is_default integer not null,
  enabled integer not null,
  epoch integer not null,
  epoch_raised_at integer,
  created_at integer not null
) strict, without rowid;
create unique index default_tenant on tenants (is_default) where is_default = 1;

create table host_names (
  host_name text primary key,
  tenant_id text not null references tenants,
  position integer not null
) strict, without rowid;
create index host_names_of_tenant on host_names (tenant_id, position);

create table organisations (
  id text primary key,
  tenant_id text not null references tenants,
  name text not null,
  enabled integer not null,
  created_at integer not null,
  unique (tenant_id, name),
  unique (tenant_id, id)
) strict, without rowid;
`

const ACCOUNTS = `
create table accounts (
  id text primary key,
  tenant_id text not null references tenants,
  organisation_id text not null,
  enabled integer not null,
  epoch integer not null,
  password_hash text not null,
  password_set_at integer not null,
  created_at integer not null,
  unique (tenant_id, id),
  foreign key (tenant_id, organisation_id) references organisations (tenant_id, id)
) strict;
create index accounts_of_organisation on accounts (organisation_id);

create table login_ids (
  tenant_id text not null,
  login_id text not null,
  account_id text not null,
  position integer not null,
  primary key (tenant_id, login_id),
  foreign key (tenant_id, account_id) references accounts (tenant_id, id)
) strict, without rowid;
create index login_ids_of_account on login_ids (account_id, position);

create table known_blocks (
  account_id text not null references accounts,
  block text not null,
  last_at integer not null,
  primary key (account_id, block)
) strict;
`

const APPLICATIONS = `
create table applications (
  id text primary key,
  tenant_id text not null references tenants,
  organisation_id text,
  client_id text not null,
  name text not null,
  sign_in_door text,
  type text not null,
  scope text not null,
  token_format text not null,
  algorithm text not null,
  access_seconds integer not null,
  idle_seconds integer not null,
  absolute_seconds integer not null,
  refresh_policy text not null,
  refresh_window_seconds integer,
  audience text not null, -- JSON
  checks text not null,
  enabled integer not null,
  epoch integer not null,
  secret_digest blob,
  created_at integer not null,
  unique (tenant_id, client_id),
  unique (tenant_id, id),
  foreign key (tenant_id, organisation_id) references organisations (tenant_id, id)
) strict, without rowid;
create unique index application_of_door on applications (tenant_id, sign_in_door) where sign_in_door is not null;
create index applications_of_organisation on applications (organisation_id) where organisation_id is not null;

create table api_keys (
  id text primary key,
  tenant_id text not null,
  application_id text not null,
  name text not null,
  digest blob not null check (length(digest) = 32),
  enabled integer not null,
  created_at integer not null,
  last_used_at integer,
  unique (tenant_id, digest),
  unique (application_id, name),
  foreign key (tenant_id, application_id) references applications (tenant_id, id)
) strict, without rowid;
`

const SESSIONS = `
create table sessions (
  id text primary key,
  secret blob not null,
  tenant_id text not null,
  application_id text not null,
  account_id text not null,
  scope text not null,
  actor_session_id text,
  generation integer not null,
  advanced_at integer not null,
  previous_advanced_at integer not null,
  expires_at integer not null, -- seconds
  started_at integer not null,
  tenant_epoch integer not null,
  application_epoch integer not null,
  account_epoch integer not null,
  ended_at integer,
  end_reason text,
  check ((ended_at is null) = (end_reason is null)),
  foreign key (tenant_id, application_id) references applications (tenant_id, id),
  foreign key (tenant_id, account_id) references accounts (tenant_id, id)
) strict;
create index sessions_of_account on sessions (account_id, application_id, started_at) where ended_at is null;
create index sessions_of_tenant on sessions (tenant_id, started_at) where ended_at is null;
`

const KEYS_AND_TOKENS = `
create table signing_keys (
  id text primary key,
  tenant_id text not null references tenants,
  purpose text not null,
  algorithm text not null,
  ordinal integer not null,
  public_jwk text,
  sealed_secret blob not null,
  created_at integer not null,
  activates_at integer not null,
  retires_at integer,
  unique (tenant_id, purpose, algorithm, ordinal)
) strict, without rowid;

create table permanent_tokens (
  id text primary key,
  tenant_id text not null,
  application_id text not null,
  account_id text not null,
  name text not null,
  scope text not null,
  digest blob not null check (length(digest) = 32),
  issued_at integer not null,
  expires_at integer not null, -- seconds
  revoked_at integer,
  last_used_at integer,
  unique (tenant_id, digest),
  foreign key (tenant_id, application_id) references applications (tenant_id, id),
  foreign key (tenant_id, account_id) references accounts (tenant_id, id)
) strict, without rowid;
create unique index permanent_token_names on permanent_tokens (account_id, name) where revoked_at is null;
create index permanent_tokens_listed on permanent_tokens (tenant_id, account_id);
`

const LIMITS_AND_ONE_USE_THINGS = `
create table limits (
  key text primary key,
  empty_at real not null, -- milliseconds; a double, so that the sums are those of the domain
  attempts integer not null default 0,
  counted_at integer
) strict;

create table one_use_things (
  tenant_id text not null references tenants,
  kind text not null,
  digest blob not null,
  bound_to text not null,
  payload text not null,
  expires_at integer not null,
  wrong_attempts integer not null default 0,
  consumed_at integer,
  outcome text,
  primary key (tenant_id, kind, digest)
) strict;
`

const AUDIT = `
create table audit_rows (
  position integer primary key, -- in the order of the commits
  id text not null unique,
  at integer not null,
  tenant_id text,
  action text not null,
  actor text not null,
  subject text,
  address_block text,
  details text not null -- JSON
) strict;
create index audit_rows_of_tenant on audit_rows (tenant_id);
create index audit_rows_of_subject on audit_rows (subject) where subject is not null;
`

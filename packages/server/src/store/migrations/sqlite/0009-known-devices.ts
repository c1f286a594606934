import type { Migration } from './migration.ts'

/** The browsers that accounts have signed in with, and how often a person has taken back what an application has. There are none yet. */
export const knownDevices: Migration = {
  number: 9,
  apply({ exec }) {
    exec(`
create table known_devices (
  account_id text not null references accounts,
  digest text not null,
  description text,              -- null: nothing that we have words for
  first_at integer not null,
  last_at integer not null,
  times integer not null,        -- how often it was seen
  was_first integer not null,    -- whether the account had been seen with no other when it was seen first
  primary key (account_id, digest)
) strict;
create table grant_ends (
  account_id text not null references accounts,
  application_id text not null references applications,
  times integer not null,
  primary key (account_id, application_id)
) strict;
`)
  },
}

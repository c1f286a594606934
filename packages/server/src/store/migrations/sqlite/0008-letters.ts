import type { Migration } from './migration.ts'

/** Letters that no mail server has taken yet. There are none. */
export const letters: Migration = {
  number: 8,
  apply({ exec }) {
    exec(`
create table letters (
  id text primary key,
  tenant_id text not null,
  account_id text not null,
  recipient text not null,
  content text not null,        -- what it tells; no secret
  written_at integer not null,
  due_at integer not null,      -- when it is tried, or tried again
  claimed_until integer,        -- by when the attempt that is under way is over; null: none is
  attempts integer not null default 0,
  foreign key (tenant_id, account_id) references accounts (tenant_id, id)
) strict;
create index letters_due on letters (due_at, id) where claimed_until is null;
create index letters_claimed on letters (claimed_until) where claimed_until is not null;
create index letters_of_account on letters (account_id, tenant_id);
`)
  },
}

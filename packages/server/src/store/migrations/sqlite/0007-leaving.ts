import type { Migration } from './migration.ts'

/** Accounts that are about to be deleted, and the way to all that is kept of a person. Nobody's deletion is planned. */
export const leaving: Migration = {
  number: 7,
  apply({ exec }) {
    exec(`
alter table accounts add column erases_at integer; -- when it will be erased; null: nobody has asked for it
create index accounts_to_erase on accounts (erases_at) where erases_at is not null;
create index audit_rows_of_actor on audit_rows (actor);
create index sessions_of_account_of_any_age on sessions (account_id);
`)
  },
}

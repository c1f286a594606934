import type { Migration } from './migration.ts'

/** Whose account an audit row is about, so that its person can be shown what has happened to it. What is there already says so by its ids. */
export const activity: Migration = {
  number: 6,
  apply({ exec }) {
    exec(`
alter table audit_rows add column account_id text;
update audit_rows set account_id = subject where substr(subject, 1, 4) = 'acc_';
update audit_rows set account_id = actor where account_id is null and substr(actor, 1, 4) = 'acc_';
create index audit_rows_of_account on audit_rows (account_id) where account_id is not null;
`)
  },
}

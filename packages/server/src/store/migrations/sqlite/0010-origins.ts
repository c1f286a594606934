import type { Migration } from './migration.ts'

/** Where people have signed in, to tell their sessions apart, and in which language an account's person reads. Of those that there are nothing is known. */
export const origins: Migration = {
  number: 10,
  apply({ exec }) {
    exec(`
alter table sessions add column device text;            -- null: nothing that we have words for
alter table sessions add column address_block text;     -- null: not known, or not the person's
alter table sessions add column is_passing integer not null default 0;
alter table accounts add column language text;          -- null: the person has chosen none
`)
  },
}

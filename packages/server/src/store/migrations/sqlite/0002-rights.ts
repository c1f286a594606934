import type { Migration } from './migration.ts'

/** What accounts are called and may do, and which applications may send people's passwords and be called for from a browser. What is there already may nothing new. */
export const rights: Migration = {
  number: 2,
  apply({ exec }) {
    exec(`
alter table accounts add column name text;
alter table accounts add column roles text not null default '[]'; -- JSON
alter table accounts add column may_impersonate integer not null default 0;
alter table applications add column password_grant integer not null default 0;
alter table applications add column web_origins text not null default '[]'; -- JSON
`)
  },
}

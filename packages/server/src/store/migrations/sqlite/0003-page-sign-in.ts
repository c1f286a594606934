import type { Migration } from './migration.ts'

/** How people sign in for an application at our page. What is there already has nowhere to send a browser back to. */
export const pageSignIn: Migration = {
  number: 3,
  apply({ exec }) {
    exec(`
alter table applications add column redirect_uris text not null default '[]'; -- JSON
alter table applications add column requires_pkce integer not null default 1;
alter table applications add column shows_code integer not null default 0;
`)
  },
}

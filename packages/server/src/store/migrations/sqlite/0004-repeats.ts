import type { Migration } from './migration.ts'

/**
 * When a session's current token was last given again; null: never. And keys that have a successor no longer end at an instant that was
 * fixed beforehand: an end that lies ahead is such a one.
 */
export const repeats: Migration = {
  number: 4,
  apply({ exec }) {
    exec(`
alter table sessions add column repeated_at integer;
update signing_keys set retires_at = null where retires_at > (select newest_at from clock);
`)
  },
}

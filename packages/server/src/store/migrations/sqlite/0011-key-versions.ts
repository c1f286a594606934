import type { Migration } from './migration.ts'

/** How often a tenant's keys have changed, counted from here on. */
export const keyVersions: Migration = {
  number: 11,
  apply({ exec }) {
    exec('alter table tenants add column key_version integer not null default 0')
  },
}

import type { Migration } from './migration.ts'

/** Whom a tenant sends text messages to: nobody, until an operator names countries. */
export const phones: Migration = {
  number: 5,
  apply({ exec }) {
    exec(`alter table tenants add column phones text not null default '{"countries":[],"kinds":["mobile"],"messagesPerDay":1000}'; -- JSON`)
  },
}

import type { Command } from 'commander'
import type { AuditRow } from '../../domain/audit-row.ts'
import { answer } from '../answer.ts'
import { addNoun, explain } from '../command-help.ts'
import { parseCount } from '../option-values.ts'
import type { Run } from '../run-command.ts'
import { createView, instant } from '../view.ts'

const AUDIT_ROW = createView<AuditRow>()(
  {
    id: (row) => row.id,
    at: (row) => instant(row.at),
    tenantId: (row) => row.tenantId ?? null,
    action: (row) => row.action,
    actor: (row) => row.actor,
    subject: (row) => row.subject ?? null,
    addressBlock: (row) => row.addressBlock ?? null,
    details: (row) => row.details,
  },
  ['at', 'action', 'actor', 'subject', 'addressBlock', 'details'],
)

const STANDARD_MAX = 100

export function addAuditCommands(program: Command, run: Run): void {
  const noun = addNoun(program, 'audit', 'what has happened, and who did it', ['ringkey audit list --max 20'])
  const list = noun
    .command('list')
    .description('list the newest rows of the audit trail')
    .option('--max <n>', 'how many rows', parseCount, STANDARD_MAX)
    .option('--tenant <name>', 'only those of this tenant; all where left out')
  explain(list, {
    examples: ['ringkey audit list', 'ringkey audit list --tenant acme --max 20 --json'],
    json: `{ "auditRows": [${AUDIT_ROW.shape}] }`,
  }).action(({ max, tenant }: { readonly max: number; readonly tenant?: string }) =>
    run(({ onStore }) =>
      onStore(async (useCases) =>
        answer(await useCases.list.audit(tenant === undefined ? { max } : { tenant, max }), (rows) => ({
          document: { auditRows: rows.map(AUDIT_ROW.toJson) },
          table: AUDIT_ROW.toTable(rows),
          notes: [],
        })),
      ),
    ),
  )
}

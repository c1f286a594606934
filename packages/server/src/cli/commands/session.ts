import type { Command } from 'commander'
import type { ListedSession } from '../../use-cases/use-cases.ts'
import { answer } from '../answer.ts'
import { addNoun, explain } from '../command-help.ts'
import { tenantOption } from '../option-values.ts'
import type { Run } from '../run-command.ts'
import { createView, instant, instantOfSeconds } from '../view.ts'

/** Without the secret of the row, from which refresh tokens are made. */
const SESSION = createView<ListedSession>()(
  {
    id: ({ session }) => session.id,
    accountId: ({ session }) => session.accountId,
    applicationId: ({ session }) => session.applicationId,
    scope: ({ session }) => session.scope,
    actorSessionId: ({ session }) => session.actorSessionId ?? null,
    generation: ({ session }) => session.generation,
    startedAt: ({ session }) => instant(session.startedAt),
    advancedAt: ({ session }) => instant(session.advancedAt),
    expiresAt: ({ session }) => instantOfSeconds(session.expiresAt),
    endedAt: ({ session }) => instant(session.endedAt),
    endReason: ({ session }) => session.endReason ?? null,
    current: ({ current }) => current,
  },
  ['id', 'accountId', 'applicationId', 'generation', 'startedAt', 'advancedAt', 'expiresAt', 'endedAt', 'endReason', 'current'],
)

export function addSessionCommands(program: Command, run: Run): void {
  const noun = addNoun(program, 'session', 'sign-ins of accounts at applications', [
    'ringkey session list --account alice@example.com',
    'ringkey session end 0f8fad5b-d9cb-469f-a165-70867728950e',
  ])
  const list = noun
    .command('list')
    .description('list the sessions of a tenant, or of one account')
    .option('--account <login-id>', 'only those of this account')
    .addOption(tenantOption())
  explain(list, { examples: ['ringkey session list --account alice@example.com'], json: `{ "sessions": [${SESSION.shape}] }` }).action(
    (options: { readonly account?: string; readonly tenant?: string }) =>
      run(({ onTenant }) =>
        onTenant(options.tenant, async (useCases, tenant) =>
          answer(await useCases.list.sessions(tenant, options.account), (sessions) => ({
            document: { sessions: sessions.map(SESSION.toJson) },
            table: SESSION.toTable(sessions),
            notes: [],
          })),
        ),
      ),
  )
  const end = noun.command('end').description('end one session').argument('<id>', 'id of the session').addOption(tenantOption())
  explain(end, { examples: ['ringkey session end 0f8fad5b-d9cb-469f-a165-70867728950e'], json: '{ "id", "ended" }' }).action(
    (sessionId: string, options: { readonly tenant?: string }) =>
      run(({ onTenant }) =>
        onTenant(options.tenant, async (useCases, tenant) =>
          answer(await useCases.endSession({ tenant, sessionId }), () => ({
            document: { id: sessionId, ended: true },
            notes: ['Session ended.'],
          })),
        ),
      ),
  )
}

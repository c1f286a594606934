import type { Command } from 'commander'
import type { PermanentToken } from '../../domain/permanent-token.ts'
import { answer } from '../answer.ts'
import { addNoun, explain } from '../command-help.ts'
import { parseCount, tenantOption } from '../option-values.ts'
import type { Run } from '../run-command.ts'
import { createView, instant, instantOfSeconds } from '../view.ts'

const PERMANENT_TOKEN = createView<PermanentToken>()(
  {
    id: (token) => token.id,
    accountId: (token) => token.accountId,
    applicationId: (token) => token.applicationId,
    name: (token) => token.name,
    scope: (token) => token.scope,
    issuedAt: (token) => instant(token.issuedAt),
    expiresAt: (token) => instantOfSeconds(token.expiresAt),
    revokedAt: (token) => instant(token.revokedAt),
    lastUsedAt: (token) => instant(token.lastUsedAt),
  },
  ['id', 'name', 'accountId', 'applicationId', 'scope', 'issuedAt', 'expiresAt', 'revokedAt', 'lastUsedAt'],
)

interface IssueOptions {
  readonly account: string
  readonly application: string
  readonly scope?: string
  readonly lifetimeSeconds?: number
  readonly tenant?: string
}

export function addPermanentTokenCommands(program: Command, run: Run): void {
  const noun = addNoun(program, 'permanent-token', 'long-lived tokens with a name, which end when they are revoked', [
    'ringkey permanent-token issue crm --account pbx-7 --application dialler',
    'ringkey permanent-token list --account pbx-7',
  ])
  addIssue(noun, run)
  addList(noun, run)
  const revoke = noun
    .command('revoke')
    .description('end a permanent token')
    .argument('<id>', 'id of the permanent token (pat_…)')
    .addOption(tenantOption())
  explain(revoke, {
    examples: ['ringkey permanent-token revoke pat_ab2cd3ef4gh5ij6kl7mn2op3'],
    json: '{ "id", "revoked" }',
  }).action((id: string, options: { readonly tenant?: string }) =>
    run(({ onTenant }) =>
      onTenant(options.tenant, async (useCases, tenant) =>
        answer(await useCases.revokePermanentToken({ tenant, id }), () => ({
          document: { id, revoked: true },
          notes: ['Revoked.'],
        })),
      ),
    ),
  )
}

function addIssue(noun: Command, run: Run): void {
  const issue = noun
    .command('issue')
    .description('make a permanent token; it is printed this once')
    .argument('<name>', 'what it is for; unique among the living ones of the account')
    .requiredOption('--account <login-id>', 'the account that it stands for')
    .requiredOption('--application <client-id>', 'the application that it is for')
    .option('--scope <scopes>', 'its scopes, parted by blanks; those of the application where left out')
    .option('--lifetime-seconds <n>', 'how long it lives; about nine and a half years where left out', parseCount)
    .addOption(tenantOption())
  explain(issue, {
    examples: ['ringkey permanent-token issue crm --account pbx-7 --application dialler --lifetime-seconds 31536000 > token.txt'],
    json: `{ "permanentToken": ${PERMANENT_TOKEN.shape}, "secret" }, where "secret" is the token itself, shown this once`,
  }).action((name: string, options: IssueOptions) =>
    run(({ onTenant }) =>
      onTenant(options.tenant, async (useCases, tenant) => {
        const { account, application: clientId, scope, lifetimeSeconds } = options
        return answer(
          await useCases.issuePermanentToken({ tenant, account, clientId, name, scope, lifetimeSeconds }),
          ({ permanentToken, token }) => ({
            document: { permanentToken: PERMANENT_TOKEN.toJson(permanentToken), secret: token },
            madeSecret: token,
            notes: [`Permanent token ${permanentToken.id} made. It is shown this once. Keep it.`],
          }),
        )
      }),
    ),
  )
}

function addList(noun: Command, run: Run): void {
  const list = noun
    .command('list')
    .description('list the permanent tokens of a tenant, or of one account; the tokens themselves are not kept')
    .option('--account <login-id>', 'only those of this account')
    .addOption(tenantOption())
  explain(list, { examples: ['ringkey permanent-token list'], json: `{ "permanentTokens": [${PERMANENT_TOKEN.shape}] }` }).action(
    (options: { readonly account?: string; readonly tenant?: string }) =>
      run(({ onTenant }) =>
        onTenant(options.tenant, async (useCases, tenant) =>
          answer(await useCases.list.permanentTokens(tenant, options.account), (tokens) => ({
            document: { permanentTokens: tokens.map(PERMANENT_TOKEN.toJson) },
            table: PERMANENT_TOKEN.toTable(tokens),
            notes: [],
          })),
        ),
      ),
  )
}

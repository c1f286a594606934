import { type Command, Option } from 'commander'
import { refuse } from '../../domain/outcome.ts'
import { answer } from '../answer.ts'
import { explain } from '../command-help.ts'
import { collect, listOf, tenantOption } from '../option-values.ts'
import type { Run } from '../run-command.ts'
import { APPLICATION } from './application-view.ts'

export const REDIRECT_URI = 'an address that a browser may be sent back to with a code, compared as text; may be repeated'

export interface PageSignInOptions {
  readonly redirectUri?: readonly string[]
  readonly pkce?: 'required' | 'optional'
  readonly showsCode?: 'on' | 'off'
}

export function pkceOption(): Option {
  return new Option('--pkce <rule>', 'whether a sign-in must bring a code challenge').choices(['required', 'optional'])
}

export function addSetPageSignIn(noun: Command, run: Run): void {
  const setPageSignIn = noun
    .command('set-page-sign-in')
    .description('say anew how people sign in for an application at the page; what is left out stays')
    .argument('<client-id>', 'client id of the application')
    .addOption(tenantOption())
    .option('--redirect-uri <uri>', `${REDIRECT_URI}; those given replace all; "none" for none`, collect)
    .addOption(pkceOption())
    .addOption(new Option('--shows-code <state>', 'whether a person may see the code on a page, to copy it').choices(['on', 'off']))
  explain(setPageSignIn, {
    examples: [
      'ringkey application set-page-sign-in portal --redirect-uri https://portal.example.com/signed-in',
      'ringkey application set-page-sign-in dialler --shows-code on --pkce required',
      'ringkey application set-page-sign-in portal --redirect-uri none',
    ],
    json: `{ "application": ${APPLICATION.shape} }`,
  }).action((clientId: string, { redirectUri, pkce, showsCode, ...options }: PageSignInOptions & { readonly tenant?: string }) =>
    run(async ({ onTenant }) => {
      if (redirectUri === undefined && pkce === undefined && showsCode === undefined) return refuse({ code: 'page_sign_in_missing' })
      const said = {
        redirectUris: listOf(redirectUri),
        requiresPkce: pkce === undefined ? undefined : pkce === 'required',
        showsCode: showsCode === undefined ? undefined : showsCode === 'on',
      }
      return onTenant(options.tenant, async (useCases, tenant) =>
        answer(await useCases.setPageSignIn({ tenant, clientId, ...said }), (application) => ({
          document: { application: APPLICATION.toJson(application) },
          table: APPLICATION.toTable([application]),
          notes: ['Set.'],
        })),
      )
    }),
  )
}

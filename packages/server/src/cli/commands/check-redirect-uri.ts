import type { Command } from 'commander'
import type { Application } from '../../domain/application.ts'
import { accept, refuse } from '../../domain/outcome.ts'
import { isSameRedirectUri, parseRedirectUri, registrableSpellingOf } from '../../domain/redirect-uri.ts'
import type { Report } from '../answer.ts'
import { explain } from '../command-help.ts'
import { EXIT } from '../exit-codes.ts'
import { tenantOption } from '../option-values.ts'
import { explainNearest, explainUnfit, nearestOf, notesOn } from '../redirect-uri-findings.ts'
import type { Run } from '../run-command.ts'

interface CheckOptions {
  readonly tenant?: string
  readonly clientId?: string
}

/** A tester: says before anybody signs in what a sign-in would be refused for. */
export function addCheckRedirectUri(noun: Command, run: Run): void {
  const check = noun
    .command('check-redirect-uri')
    .description(
      'say whether an address may be registered as a redirect URI, and whether an application has registered it; exit code 0 if all is well',
    )
    .argument('<uri>', 'the address, as the program sends it')
    .option('--client-id <id>', 'the application that should have registered it')
    .addOption(tenantOption())
  explain(check, {
    examples: [
      'ringkey application check-redirect-uri https://portal.example.com/signed-in',
      'ringkey application check-redirect-uri https://portal.example.com/signed-in --client-id portal',
    ],
    json: '{ "redirectUri", "fit", "problem", "spelling", "registered", "nearest", "differsAt", "notes" }, where "spelling" is one that may be registered, and the three from "registered" on are null without --client-id; "differsAt" is the first character that differs from "nearest", counted from 0',
  }).action((uri: string, { clientId, ...options }: CheckOptions) =>
    run(async ({ onTenant }) => {
      if (clientId === undefined) return accept(judge(uri, undefined))
      return onTenant(options.tenant, async (useCases, tenant) => {
        const listed = await useCases.list.applications(tenant)
        if (!listed.ok) return listed
        const application = listed.value.find((one) => one.clientId === clientId)
        return application === undefined ? refuse({ code: 'application_not_found' }) : accept(judge(uri, application))
      })
    }),
  )
}

function judge(uri: string, application: Application | undefined): Report {
  const parsed = parseRedirectUri(uri)
  const registered = application?.pageSignIn.redirectUris
  const isRegistered = registered?.some((one) => isSameRedirectUri(one, uri))
  const nearest = registered === undefined || isRegistered ? undefined : nearestOf(registered, uri)
  const notes = parsed.ok ? notesOn(parsed.value) : []
  return {
    document: {
      redirectUri: uri,
      fit: parsed.ok,
      problem: parsed.ok ? null : parsed.refusal.problem,
      spelling: parsed.ok ? uri : (registrableSpellingOf(uri) ?? null),
      registered: isRegistered ?? null,
      nearest: nearest?.redirectUri ?? null,
      differsAt: nearest?.differsAt ?? null,
      notes,
    },
    notes: [
      ...(parsed.ok ? ['It may be registered.'] : ['It may not be registered.', ...explainUnfit(parsed.refusal)]),
      ...notes,
      ...(isRegistered === undefined
        ? []
        : isRegistered
          ? ['It is registered.']
          : ['It is not registered.', ...explainNearest(uri, nearest)]),
    ],
    ...(parsed.ok && isRegistered !== false ? {} : { exit: EXIT.refused }),
  }
}

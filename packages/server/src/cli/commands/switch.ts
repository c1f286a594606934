import type { Command } from 'commander'
import type { OperatorTarget, UseCases } from '../../use-cases/use-cases.ts'
import { answer } from '../answer.ts'
import { explain } from '../command-help.ts'
import type { JsonObject } from '../json.ts'
import { tenantOption } from '../option-values.ts'
import type { Run } from '../run-command.ts'

type SessionsTarget = Parameters<UseCases['endSessions']>[0]

/** How a noun is switched on and off, which is the same for all that can be. */
export interface Switch {
  readonly argument: { readonly name: string; readonly description: string }
  /** The key of the argument in the JSON document: the one that it has where the thing is listed. */
  readonly key: string
  /** An argument for the examples. */
  readonly example: string
  /** The noun with its article. */
  readonly what: string
  /** What holds while it is disabled. */
  readonly effect: string
  /** Whether it is named within a tenant; a tenant itself is not. */
  readonly isInTenant: boolean
  targetOf(named: string, tenant: string): OperatorTarget
  /** undefined for what has no sessions of its own */
  readonly endsSessions?: (named: string, tenant: string) => SessionsTarget
}

/** Adds `disable` and `enable`, and `end-sessions` where the noun has sessions. */
export function addSwitch(noun: Command, run: Run, how: Switch): void {
  addVerb(noun, run, how, {
    name: 'disable',
    description: `switch ${how.what} off: ${how.effect}`,
    done: 'Disabled.',
    result: { enabled: false },
    act: (useCases, named, tenant) => useCases.setEnabled(how.targetOf(named, tenant), false),
  })
  addVerb(noun, run, how, {
    name: 'enable',
    description: `switch ${how.what} on again`,
    done: 'Enabled.',
    result: { enabled: true },
    act: (useCases, named, tenant) => useCases.setEnabled(how.targetOf(named, tenant), true),
  })
  const { endsSessions } = how
  if (endsSessions === undefined) return
  addVerb(noun, run, how, {
    name: 'end-sessions',
    description: `end all sessions of ${how.what} at once; permanent tokens stay`,
    done: 'All sessions ended.',
    result: { sessionsEnded: true },
    act: (useCases, named, tenant) => useCases.endSessions(endsSessions(named, tenant)),
  })
}

interface Verb {
  readonly name: string
  readonly description: string
  readonly done: string
  readonly result: JsonObject
  act(useCases: UseCases, named: string, tenant: string): ReturnType<UseCases['setEnabled']>
}

function addVerb(noun: Command, run: Run, { argument, key, example, isInTenant }: Switch, verb: Verb): void {
  const command = noun.command(verb.name).description(verb.description).argument(`<${argument.name}>`, argument.description)
  if (isInTenant) command.addOption(tenantOption())
  explain(command, {
    examples: [`ringkey ${noun.name()} ${verb.name} ${example}`],
    json: `{ ${[key, ...Object.keys(verb.result)].map((name) => JSON.stringify(name)).join(', ')} }`,
  }).action((named: string, options: { readonly tenant?: string }) =>
    run(({ onStore, onTenant }) => {
      const body = async (useCases: UseCases, tenant: string) =>
        answer(await verb.act(useCases, named, tenant), () => ({ document: { [key]: named, ...verb.result }, notes: [verb.done] }))
      return isInTenant ? onTenant(options.tenant, body) : onStore((useCases) => body(useCases, named))
    }),
  )
}

import { type Command, Option } from 'commander'
import { refuse } from '../../domain/outcome.ts'
import { PHONE_KINDS, type PhoneKind } from '../../domain/phone.ts'
import { answer } from '../answer.ts'
import { explain } from '../command-help.ts'
import { collectNames, listOf, parseCount } from '../option-values.ts'
import type { Run } from '../run-command.ts'
import { TENANT, TENANT_PHONES } from './tenant-view.ts'

interface Options {
  readonly countries?: readonly string[]
  readonly kinds?: readonly PhoneKind[]
  readonly messagesPerDay?: number
  readonly registerIn?: string
  /** Without `--no-registration` true. */
  readonly registration: boolean
}

export function addSetPhones(noun: Command, run: Run): void {
  const setPhones = noun
    .command('set-phones')
    .description('say anew to which telephone numbers a tenant sends text messages, and how many; what is left out stays')
    .argument('<name>', 'name of the tenant')
    .option(
      '--countries <codes>',
      'ISO 3166-1 codes, parted by commas; the first is that of a number without a calling code; "none" for none',
      collectNames,
    )
    .addOption(new Option('--kinds <kinds...>', 'kinds of numbers; without it only mobile ones').choices([...PHONE_KINDS]))
    .option('--messages-per-day <number>', 'never exceeded; a day begins at 00:00 UTC', parseCount)
    .option('--register-in <organisation>', 'people who prove a number may make an account in this organisation, and recover one of it')
    .option('--no-registration', 'nobody may')
  explain(setPhones, {
    examples: [
      'ringkey tenant set-phones acme --countries DE,AT --messages-per-day 5000',
      'ringkey tenant set-phones acme --countries none',
      'ringkey tenant set-phones acme --register-in Households',
    ],
    json: `{ "tenant": ${TENANT.shape} }`,
  }).action((tenant: string, { countries, kinds, messagesPerDay, registerIn, registration }: Options) =>
    run(async ({ onStore }) => {
      const joined = registerIn === undefined ? undefined : { organisation: registerIn }
      const registersIn = registration ? joined : ('nobody' as const)
      const said = { countries: listOf(countries), kinds, messagesPerDay, registersIn }
      if (Object.values(said).every((one) => one === undefined)) return refuse({ code: 'phones_missing' })
      return onStore(async (useCases) =>
        answer(await useCases.setPhones({ tenant, ...said }), (set) => ({
          document: { tenant: TENANT.toJson(set) },
          table: TENANT_PHONES.toTable([set]),
          notes: ['Set.'],
        })),
      )
    }),
  )
}

import type { Initialised, InitialiseRefusal, InitialiseRequest } from '../cli/cli-deps.ts'
import { type Config, publicUrlOf } from '../config/config.ts'
import { accept, type Outcome, refuse } from '../domain/outcome.ts'
import { createEvents } from '../events/events.ts'
import { silentSink } from './event-sink.ts'
import { openHouse, randomness } from './open-house.ts'

/** Makes data directory, master key, schema and the default tenant. What is there already is left as it is. */
export async function initialise(config: Config, { tenant, doors }: InitialiseRequest): Promise<Outcome<Initialised, InitialiseRefusal>> {
  const events = createEvents({ randomness, sink: silentSink })
  const opened = await openHouse(config, { make: true, publicUrl: () => publicUrlOf(config, config.port), events })
  if (!opened.ok) return opened
  const { useCases, store } = opened.value
  try {
    if ((await useCases.list.tenants()).length > 0) return refuse({ code: 'already_initialised' })
    const created = await useCases.createTenant({ name: tenant, hostNames: [], doors, isDefault: true })
    if (!created.ok) return created
    return accept({ tenant: created.value, madeMasterKeyFile: config.masterKey.kind === 'absent' ? config.masterKey.file : undefined })
  } finally {
    await store.close()
  }
}

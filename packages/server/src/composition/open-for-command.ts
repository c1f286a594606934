import type { OpenedUseCases, OpenRefusal } from '../cli/cli-deps.ts'
import { type Config, publicUrlOf } from '../config/config.ts'
import { accept, type Outcome } from '../domain/outcome.ts'
import { createEvents } from '../events/events.ts'
import { silentSink } from './event-sink.ts'
import { openHouse, randomness } from './open-house.ts'

/** Opens the store for one command. A server on the same data directory goes on meanwhile. */
export async function openForCommand(config: Config): Promise<Outcome<OpenedUseCases, OpenRefusal>> {
  const events = createEvents({ randomness, sink: silentSink })
  const opened = await openHouse(config, { make: false, publicUrl: () => publicUrlOf(config, config.port), events })
  if (!opened.ok) return opened
  const { useCases, store } = opened.value
  return accept({ useCases, close: () => store.close() })
}

/** The platforms that exist. A new one is a file in `platforms/` and a line here. */
import { servetel } from './platforms/servetel.ts'
import { smartflo } from './platforms/smartflo.ts'
import { voipex } from './platforms/voipex.ts'
import { vpaas } from './platforms/vpaas.ts'

export interface Platforms {
  readonly smartflo: typeof smartflo
  readonly servetel: typeof servetel
  readonly voipex: typeof voipex
  readonly vpaas: typeof vpaas
}

export const platforms: Platforms = { smartflo, servetel, voipex, vpaas }

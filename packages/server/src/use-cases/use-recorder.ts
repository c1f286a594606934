import type { ApiKeyId, PermanentTokenId, SessionId } from '../domain/ids.ts'
import type { Clock, EpochMs } from '../domain/time.ts'
import type { ApiKeys } from '../store/api-keys.ts'
import type { PermanentTokens } from '../store/permanent-tokens.ts'
import type { Sessions } from '../store/sessions.ts'

interface Deps {
  readonly clock: Clock
  readonly apiKeys: ApiKeys
  readonly permanentTokens: PermanentTokens
  readonly sessions: Pick<Sessions, 'recordUse'>
}

/** When API keys, permanent tokens and sessions of browsers were last used: noted in memory, written together, so that a check writes nothing. */
export function createUseRecorder({ clock, apiKeys, permanentTokens, sessions }: Deps) {
  let keyUses = new Map<ApiKeyId, EpochMs>()
  let tokenUses = new Map<PermanentTokenId, EpochMs>()
  let browserUses = new Map<SessionId, EpochMs>()
  return {
    noteApiKeyUse: (id: ApiKeyId): void => void keyUses.set(id, clock.now()),
    notePermanentTokenUse: (id: PermanentTokenId): void => void tokenUses.set(id, clock.now()),
    noteBrowserUse: (id: SessionId): void => void browserUses.set(id, clock.now()),
    /** Called twice a minute, and at the stop. What could not be written is noted again at its next use. */
    async flush(): Promise<void> {
      const [keys, tokens, browsers] = [keyUses, tokenUses, browserUses]
      keyUses = new Map()
      tokenUses = new Map()
      browserUses = new Map()
      if (keys.size > 0) await apiKeys.recordUse(keys)
      if (tokens.size > 0) await permanentTokens.recordUse(tokens)
      if (browsers.size > 0) await sessions.recordUse(browsers)
    },
  }
}

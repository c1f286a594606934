/** Notes to ourselves that a browser carries: sealed with the keys of access tokens, and apart from them by their header. */
import type { Tenant } from '../domain/tenant.ts'
import type { EpochMs } from '../domain/time.ts'
import { readClaims, writeClaims } from './claims.ts'
import { openJwe, parseJwe, sealedHeader } from './jwe.ts'
import { keyIdIn } from './jws.ts'
import { sealingKeyAt } from './key-of-instant.ts'
import type { KeyRing } from './key-ring.ts'
import type { Sealer } from './sealer.ts'
import type { NoteKind } from './token-claims.ts'

/** The tenant's keys are its own already; that it is named as well costs nothing. */
const CONTENT = { tenant: 'text', content: 'text' } as const

export interface Notes {
  sealNote(tenant: Tenant, kind: NoteKind, content: string, at: EpochMs): Promise<string>
  openNote(tenant: Tenant, kind: NoteKind, presented: string, at: EpochMs): Promise<string | undefined>
}

export function createNotes(ring: KeyRing, sealer: Sealer): Notes {
  return {
    async sealNote(tenant, kind, content, at) {
      const { keys } = await ring.ensure(tenant, 'sealing', 'A256GCM', at)
      const key = sealingKeyAt(keys, at)
      return sealer.seal(sealedHeader({ typ: kind }, key.id), writeClaims(CONTENT, { tenant: tenant.id, content }), key)
    },

    async openNote(tenant, kind, presented, at) {
      const jwe = parseJwe(presented)
      const keyId = jwe && keyIdIn(jwe.headerText)
      if (jwe === undefined || keyId === undefined) return undefined
      const header = sealedHeader({ typ: kind }, keyId)
      if (jwe.headerText !== header) return undefined // before any query
      const key = (await ring.find(tenant, keyId, at))?.key
      if (key?.algorithm !== 'A256GCM' || key.purpose !== 'sealing') return undefined
      const plaintext = openJwe(jwe, header, key)
      const note = plaintext && readClaims(CONTENT, plaintext)
      return note?.tenant === tenant.id ? note.content : undefined
    },
  }
}

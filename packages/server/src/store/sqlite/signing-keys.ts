import type { KeyId } from '../../domain/ids.ts'
import type { KeyAlgorithm, KeyPurpose, StoredKey } from '../../domain/signing-key.ts'
import type { SigningKeys } from '../signing-keys.ts'
import type { Auditing } from './audit-trail.ts'
import type { Connection } from './connection.ts'
import type { Identity } from './identity.ts'
import { type Row, readBytes, readNumber, readOptional, readText, readWord } from './rows.ts'

const PURPOSES = [
  'access',
  'keycloak-access',
  'id',
  'self-refreshing',
  'permanent',
  'refresh',
  'sealed-access',
  'sealing',
  'pseudonym',
  'one-time-code',
] as const satisfies readonly KeyPurpose[]
const ALGORITHMS = ['ES256', 'EdDSA', 'RS256', 'HS256', 'A256GCM'] as const satisfies readonly KeyAlgorithm[]

export function createSigningKeys({ prepare, read }: Connection, auditing: Auditing, identity: Identity): SigningKeys {
  const insert = prepare(`
    insert into signing_keys
      (id, tenant_id, purpose, algorithm, ordinal, public_jwk, sealed_secret, created_at, activates_at, retires_at)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (tenant_id, purpose, algorithm, ordinal) do nothing`)
  const retire = prepare('update signing_keys set retires_at = ?2 where id = ?1 and (retires_at is null or retires_at > ?2)')
  const raiseVersion = prepare(
    'update tenants set key_version = key_version + 1 where id = (select tenant_id from signing_keys where id = ?)',
  )
  const all = prepare('select * from signing_keys where tenant_id = ? order by created_at, id')

  /** @returns how many keys a change has made other ones */
  function change(id: KeyId, changed: number): number {
    if (changed > 0) raiseVersion.run(id)
    return changed
  }

  function add(key: StoredKey): number {
    const { id, tenantId, purpose, algorithm, ordinal, publicJwk, sealedSecret, createdAt, activatesAt, retiresAt } = key
    const values = [id, tenantId, purpose, algorithm, ordinal, publicJwk ?? null, sealedSecret, createdAt, activatesAt, retiresAt ?? null]
    return insert.run(...values)
  }

  return {
    list: (tenantId) => read(() => all.all(tenantId).map(toStoredKey)),
    add: (key, audit) =>
      auditing.change(audit, () => {
        identity.requireSameMasterKey()
        return change(key.id, add(key))
      }),
    retire: (id, at, audit) => auditing.change(audit, () => change(id, retire.run(id, at))),
  }
}

export function toStoredKey(row: Row): StoredKey {
  return {
    id: readText(row, 'id'),
    tenantId: readText(row, 'tenant_id'),
    purpose: readWord(row, 'purpose', PURPOSES),
    algorithm: readWord(row, 'algorithm', ALGORITHMS),
    ordinal: readNumber(row, 'ordinal'),
    publicJwk: readOptional(row, 'public_jwk', readText),
    sealedSecret: readBytes(row, 'sealed_secret'),
    createdAt: readNumber(row, 'created_at'),
    activatesAt: readNumber(row, 'activates_at'),
    retiresAt: readOptional(row, 'retires_at', readNumber),
  }
}

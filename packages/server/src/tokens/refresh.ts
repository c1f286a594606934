import { createSecretKey, hkdfSync, timingSafeEqual } from 'node:crypto'
import { decodeBase64Url } from '../domain/base64url.ts'
import type { ApplicationId, SessionId } from '../domain/ids.ts'
import type { Session } from '../domain/session.ts'
import { readClaims, writeClaims } from './claims.ts'
import { algFirstHeader, type CompactJws, writeJws } from './jws.ts'
import type { OpenedSigningKey } from './opened-keys.ts'
import type { SignatureKey } from './signature.ts'
import type { RefreshClaim } from './token-claims.ts'

/** Tenant, application, session, the row's secret, generation, and the row's end for clients to read. */
const CLAIMS = { tenant: 'text', application: 'text', sid: 'text', secret: 'text', generation: 'integer', exp: 'integer' } as const

const SECRET_BYTES = 16

/** A refresh token says which row it is a statement about. Neither the database nor a key alone can make one. */
export interface RefreshTokens {
  /** Derived, not stored: the same row gives the same bytes on every replica. @param key the one that was active at `session.advancedAt` */
  write(session: Session, key: OpenedSigningKey): string
  /** Takes the claims, makes the token that states them, and compares the whole texts. @returns undefined for a forgery, or another tenant's */
  read(jws: CompactJws, tenantId: string, key: OpenedSigningKey): RefreshClaim | undefined
}

/** @param storeId ties the tokens to one store: a copy of the keys in another one makes and accepts others */
export function createRefreshTokens(storeId: Buffer): RefreshTokens {
  const derived = new WeakMap<OpenedSigningKey, SignatureKey>()

  function macKeyOf(key: OpenedSigningKey): SignatureKey {
    const known = derived.get(key)
    if (known !== undefined) return known
    // Node 20 does not throw but aborts the process when HKDF is given a private key: it must not depend on the caller alone.
    if (key.purpose !== 'refresh' || key.signing.type !== 'secret') throw new Error(`the key ${key.id} is none for refresh tokens`)
    const info = JSON.stringify(['ringkey: refresh tokens', key.purpose, storeId.toString('hex')])
    const secret = createSecretKey(Buffer.from(hkdfSync('sha256', key.signing, Buffer.alloc(0), info, 32)))
    const macKey: SignatureKey = { algorithm: 'HS256', signing: secret, verifying: secret }
    derived.set(key, macKey)
    return macKey
  }

  function write(claims: Parameters<typeof writeClaims<typeof CLAIMS>>[1], key: OpenedSigningKey): string {
    return writeJws(algFirstHeader('refresh+jwt', 'HS256', key.id), writeClaims(CLAIMS, claims), macKeyOf(key))
  }

  return {
    write(session, key) {
      const { tenantId: tenant, applicationId: application, id: sid, generation, expiresAt: exp } = session
      return write({ tenant, application, sid, secret: session.secret.toString('base64url'), generation, exp }, key)
    },

    read(jws, tenantId, key) {
      const claims = readClaims(CLAIMS, jws.payload)
      if (claims === undefined) return undefined
      const presented = Buffer.from(jws.text)
      const ours = Buffer.from(write(claims, key))
      if (presented.length !== ours.length || !timingSafeEqual(presented, ours)) return undefined
      const secret = decodeBase64Url(claims.secret)
      if (claims.tenant !== tenantId || secret?.length !== SECRET_BYTES) return undefined
      return {
        applicationId: claims.application as ApplicationId,
        sessionId: claims.sid as SessionId,
        secret,
        generation: claims.generation,
      }
    },
  }
}

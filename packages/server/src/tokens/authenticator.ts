import { createHash } from 'node:crypto'
import { accept, type Outcome, type Refusal, refuse } from '../domain/outcome.ts'
import type { KeyPurpose } from '../domain/signing-key.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { EpochMs } from '../domain/time.ts'
import type { AccessTokenKind } from './access-token-kind.ts'
import { type CompactJwe, parseJwe } from './jwe.ts'
import { type CompactJws, isAuthentic, keyIdIn, parseJws } from './jws.ts'
import type { KeyRing } from './key-ring.ts'
import { KEYCLOAK } from './keycloak.ts'
import type { OpenedKey, OpenedSealingKey, OpenedSigningKey } from './opened-keys.ts'
import { PERMANENT } from './permanent.ts'
import { SEALED, unseal } from './sealed.ts'
import { SELF_REFRESHING } from './self-refreshing.ts'
import { SIGNED } from './signed.ts'
import type { AccessClaims } from './token-claims.ts'
import { createVerifiedCache } from './verified-cache.ts'

/** A refresh token is no access token, and neither is an id token. What `SEALED` reads is one only inside a seal, and nothing else is there. */
const ACCESS_KINDS: Readonly<Record<KeyPurpose, AccessTokenKind | undefined>> = {
  access: SIGNED,
  'keycloak-access': KEYCLOAK,
  id: undefined,
  'self-refreshing': SELF_REFRESHING,
  permanent: PERMANENT,
  refresh: undefined,
  'sealed-access': SEALED,
  sealing: undefined,
  pseudonym: undefined,
  'one-time-code': undefined,
}

type Invalid = Refusal<'token_invalid'>

export interface Authentic {
  readonly kind: AccessTokenKind
  readonly claims: AccessClaims
}

/** What was signed, and the seal that it came in, if it came in one. */
interface Unsealed {
  readonly jws: CompactJws
  readonly seal: { readonly key: OpenedSealingKey; readonly revision: number } | undefined
}

/** A token that was made here. */
export interface Issued {
  readonly token: string
  readonly kind: AccessTokenKind
  readonly key: OpenedSigningKey
  /** The revision of the keys. */
  readonly revision: number
  /** undefined: what was signed is the token itself */
  readonly seal?: { readonly inside: string; readonly key: OpenedSealingKey }
}

interface Deps {
  readonly ring: KeyRing
  readonly issuerOf: (tenant: Tenant) => string
}

export interface Authenticator {
  /** Form, seal, key, header, signature, claims, kind and issuer; not the time. */
  authenticate(tenant: Tenant, presented: string, at: EpochMs): Promise<Outcome<Authentic, Invalid>>
  /** Of a token that was signed here a moment ago nobody needs to verify the signature when it comes back: that is most of the work of a refresh. */
  noteIssued(issued: Issued): void
}

/** Says whether a presented access token was made by us, and which kind it is. */
export function createAuthenticator({ ring, issuerOf }: Deps): Authenticator {
  const cache = createVerifiedCache<Authentic>()

  async function authenticate(tenant: Tenant, presented: string, at: EpochMs): Promise<Outcome<Authentic, Invalid>> {
    const form = parseJws(presented) ?? parseJwe(presented)
    if (form === undefined) return invalid('form')
    const digest = digestOf(presented)
    const { revision } = await ring.load(tenant, at)
    const cached = cache.get(digest, revision, at)
    const authentic = cached === undefined ? await verify(tenant, form, digest, at) : accept(cached)
    if (!authentic.ok) return authentic
    const { kind, claims } = authentic.value
    const isIssuer = kind.outlivesIssuer
      ? claims.issuer.endsWith(kind.signedIssuer('', tenant))
      : claims.issuer === kind.signedIssuer(issuerOf(tenant), tenant)
    return isIssuer ? authentic : invalid('issuer')
  }

  async function openSeal(tenant: Tenant, jwe: CompactJwe, at: EpochMs): Promise<Outcome<Unsealed, Invalid>> {
    const found = await ring.find(tenant, keyIdIn(jwe.headerText) ?? '', at)
    if (found?.key.algorithm !== 'A256GCM' || found.key.purpose !== 'sealing') return invalid('key of the seal')
    const { key, revision } = found
    const jws = unseal(jwe, key)
    return jws === undefined ? invalid('seal') : accept({ jws, seal: { key, revision } })
  }

  async function verify(tenant: Tenant, form: CompactJws | CompactJwe, digest: Buffer, at: EpochMs): Promise<Outcome<Authentic, Invalid>> {
    const unsealed = 'tag' in form ? await openSeal(tenant, form, at) : accept({ jws: form, seal: undefined })
    if (!unsealed.ok) return unsealed
    const { jws, seal } = unsealed.value
    const found = await ring.find(tenant, keyIdIn(jws.headerText) ?? '', at)
    if (found === undefined || found.key.algorithm === 'A256GCM') return invalid('key')
    const { key, revision } = found
    const kind = ACCESS_KINDS[key.purpose]
    if (kind === undefined || (kind === SEALED) !== (seal !== undefined)) return invalid('purpose')
    if (!isAuthentic(jws, kind.headerFor(key), key)) return invalid('signature')
    const claims = kind.readPayload(jws.payload, digest)
    if (claims === undefined) return invalid('claims')
    const verified = { kind, claims }
    keep(verified, digest, [key, seal?.key], Math.min(revision, seal?.revision ?? revision)) // the older: then both keys were good
    return accept(verified)
  }

  function keep(verified: Authentic, digest: Buffer, keys: readonly (OpenedKey | undefined)[], revision: number): void {
    const endsAt = Math.min(verified.claims.expiresAt * 1000, ...keys.map((key) => key?.retiresAt ?? Number.POSITIVE_INFINITY))
    cache.set(digest, { verified, revision, endsAt })
  }

  return {
    authenticate,
    noteIssued({ token, kind, key, revision, seal }) {
      const jws = parseJws(seal?.inside ?? token)
      const digest = digestOf(token)
      const claims = jws && kind.readPayload(jws.payload, digest)
      if (claims !== undefined) keep({ kind, claims }, digest, [key, seal?.key], revision)
    },
  }
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

/** @param logDetail what was wrong with the token */
export function invalid(logDetail: string) {
  return refuse({ code: 'token_invalid', logDetail } as const)
}

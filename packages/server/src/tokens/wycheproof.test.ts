/**
 * Project Wycheproof's cases for JSON Web Signatures, run against `jws.ts`: no case that they call invalid may be accepted.
 * The vectors are not part of this repository; they are looked for beside it.
 */
import { createPrivateKey, createPublicKey, createSecretKey, type JsonWebKey } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isAuthentic, parseJws } from './jws.ts'
import type { SignatureKey } from './signature.ts'

interface Case {
  readonly tcId: number
  readonly comment: string
  readonly result: 'valid' | 'invalid' | 'acceptable'
  /** An object stands for the JSON serialisation. */
  readonly jws?: unknown
}

type Key = JsonWebKey & { readonly alg?: string; readonly use?: string; readonly key_ops?: readonly string[] }

interface Group {
  readonly comment: string
  readonly private?: Key
  readonly public?: Key
  readonly tests: readonly Case[]
}

const FOLDER = new URL('../../../../../shared/vectors/wycheproof/', import.meta.url)
const FILES = ['json_web_signature_test.json', 'json_web_crypto_test.json'].map((name) => new URL(name, FOLDER))
const ABSENT = FILES.some((file) => !existsSync(file))

const CURVES: Readonly<Record<string, SignatureKey['algorithm']>> = { 'P-256': 'ES256', Ed25519: 'EdDSA' }

/** The group's key as one of ours, if its algorithm is one of ours and it is a key for signatures. */
function keyOf(group: Group): SignatureKey | undefined {
  const jwk = group.private ?? group.public
  if (jwk === undefined || jwk.use === 'enc' || jwk.key_ops?.includes('encrypt')) return undefined // no purpose of ours is encryption
  if (jwk.kty === 'oct' && (jwk.alg === 'HS256' || jwk.alg === undefined)) {
    const shared = createSecretKey(Buffer.from(jwk.k ?? '', 'base64url'))
    return { algorithm: 'HS256', signing: shared, verifying: shared }
  }
  const algorithm = CURVES[jwk.crv ?? '']
  if (algorithm === undefined) return undefined
  const verifying = createPublicKey({ key: group.public ?? jwk, format: 'jwk' })
  return { algorithm, verifying, signing: jwk.d === undefined ? verifying : createPrivateKey({ key: jwk, format: 'jwk' }) }
}

/** The header that a strict verifier expects of this group: the one of its first valid case. */
function headerOf(group: Group): string {
  const valid = group.tests.find(({ result }) => result === 'valid')?.jws
  return typeof valid === 'string' ? Buffer.from(valid.split('.')[0] ?? '', 'base64url').toString() : ''
}

function isAccepted(test: Case, header: string, key: SignatureKey): boolean {
  const jws = parseJws(typeof test.jws === 'string' ? test.jws : JSON.stringify(test.jws))
  return jws !== undefined && isAuthentic(jws, header, key)
}

/** Two cases that are called invalid have lost their padding: their texts are those of a valid case, letter by letter. */
function isAlsoValid({ tests }: Group, text: unknown): boolean {
  return tests.some(({ jws, result }) => result === 'valid' && jws === text)
}

/** What they call valid and we refuse, with the rule of ours that refuses it. */
const STRICTER: Readonly<Record<string, string>> = {
  '18 acceptsValid': 'its S is the higher one',
  '372 InvalidCharacterInsertedInHeader': 'it has a `?` in it',
  '373 InvalidCharacterInsertedInPayload': 'it has a `?` in it',
  '376 ValidSpacesInJsonHeader': 'another header than its group’s',
  '377 ValidWhiteSpaceInJsonHeader': 'another header than its group’s',
}

function nameOf({ tcId, comment }: Case): string {
  return `${tcId} ${comment}`
}

function ourGroups(): { file: string; group: Group; key: SignatureKey }[] {
  return FILES.flatMap((file) => {
    const { testGroups } = JSON.parse(readFileSync(file, 'utf8')) as { testGroups: Group[] }
    return testGroups.flatMap((group) => {
      const key = group.tests.some(({ jws }) => jws !== undefined) ? keyOf(group) : undefined
      return key === undefined ? [] : [{ file: file.pathname.split('/').at(-1) ?? '', group, key }]
    })
  })
}

describe.skipIf(ABSENT)(`the Wycheproof cases of our algorithms${ABSENT ? `: skipped, ${FOLDER.pathname} is not there` : ''}`, () => {
  const groups = ABSENT ? [] : ourGroups()

  it.each(groups)('$group.comment of $file: none that is invalid is accepted', ({ group, key }) => {
    const invalid = group.tests.filter(({ result, jws }) => result === 'invalid' && !isAlsoValid(group, jws))
    const accepted = invalid.filter((test) => isAccepted(test, headerOf(group), key))
    expect(accepted.map(nameOf)).toEqual([])
  })

  it.each(groups)('$group.comment of $file: those that are valid are accepted, but where we are stricter on purpose', ({ group, key }) => {
    const refused = group.tests.filter((test) => test.result === 'valid' && !isAccepted(test, headerOf(group), key))
    expect(refused.map(nameOf).filter((name) => STRICTER[name] === undefined)).toEqual([])
  })

  it('are at least a hundred, so that a change of their format is noticed', () => {
    expect(groups.reduce((sum, { group }) => sum + group.tests.length, 0)).toBeGreaterThanOrEqual(100)
  })
})

import { createSecretKey } from 'node:crypto'
import fc from 'fast-check'
import { compactDecrypt } from 'jose'
import { describe, expect, it } from 'vitest'
import { createSeededRandomness } from '../testing/seeded-randomness.ts'
import { base64url, forgeSeal } from '../testing/token-workbench.ts'
import { openJwe, parseJwe, type SealingKey, sealedHeader, writeJwe } from './jwe.ts'
import { MAX_TOKEN_CHARACTERS } from './jws.ts'
import { makeKeyMaterial, openKeyMaterial } from './key-material.ts'
import { signBytes } from './signature.ts'

const KEY: SealingKey = { algorithm: 'A256GCM', sealing: createSecretKey(Buffer.alloc(32, 4)) }
const OTHER_KEY: SealingKey = { algorithm: 'A256GCM', sealing: createSecretKey(Buffer.alloc(32, 5)) }
const HEADER = sealedHeader({ cty: 'JWT' }, 'aaaaaaaaaaaaaaaa')
const IV = Buffer.from('0102030405060708090a0b0c', 'hex')
const TOKEN = writeJwe(HEADER, 'what is inside', KEY, IV)

function open(text: string, header = HEADER, key = KEY): string | undefined {
  const jwe = parseJwe(text)
  return jwe && openJwe(jwe, header, key)?.toString()
}

/** The token with one of its five segments changed. */
function withSegment(index: number, change: (segment: string) => string): string {
  return TOKEN.split('.')
    .map((segment, at) => (at === index ? change(segment) : segment))
    .join('.')
}

describe('a compact JWE of ours', () => {
  it('is the same five segments as ever, and begins with alg', () => {
    expect(TOKEN).toBe(
      'eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIiwiY3R5IjoiSldUIiwia2lkIjoiYWFhYWFhYWFhYWFhYWFhYSJ9..AQIDBAUGBwgJCgsM.' +
        TOKEN.split('.').slice(3).join('.'),
    )
    expect(Buffer.from(TOKEN.split('.')[0] ?? '', 'base64url').toString()).toBe(
      '{"alg":"dir","enc":"A256GCM","cty":"JWT","kid":"aaaaaaaaaaaaaaaa"}',
    )
    expect(TOKEN).toBe(forgeSeal(HEADER, 'what is inside', KEY, { iv: IV }))
  })

  it('opens again, whatever is inside', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (inside) => {
        expect(open(writeJwe(HEADER, inside, KEY, IV))).toBe(inside)
      }),
    )
  })

  it('(jose) is opened by another implementation with the raw key', async () => {
    const { plaintext, protectedHeader } = await compactDecrypt(TOKEN, KEY.sealing.export())
    expect([Buffer.from(plaintext).toString(), protectedHeader]).toEqual(['what is inside', JSON.parse(HEADER)])
  })

  it('S17: does not open under another key, or for another header', () => {
    expect(open(TOKEN)).toBe('what is inside')
    expect(open(TOKEN, HEADER, OTHER_KEY)).toBeUndefined()
    expect(open(TOKEN, HEADER.replace('JWT', 'jwt'))).toBeUndefined()
    expect(open(TOKEN, ` ${HEADER}`)).toBeUndefined()
  })

  it('S17: does not open with any character of it changed', () => {
    for (let at = 0; at < TOKEN.length; at += 1) {
      for (const other of ['A', 'B', '_', '.', '=', ' ']) {
        if (TOKEN[at] !== other) expect(open(TOKEN.slice(0, at) + other + TOKEN.slice(at + 1)), `${other} at ${at}`).toBeUndefined()
      }
    }
  })

  it('S24: does not open cut off, extended, or with more or fewer dots', () => {
    for (let length = 0; length < TOKEN.length; length += 1) expect(open(TOKEN.slice(0, length))).toBeUndefined()
    for (const more of ['A', 'AAAA', '=', '.', '.A', '\n', ' ', '\u0000']) {
      for (const text of [TOKEN + more, more + TOKEN]) expect(open(text), JSON.stringify(text)).toBeUndefined()
    }
    for (const dots of ['', '.', '...', '....', '.....', '.'.repeat(15_000)]) expect(open(dots)).toBeUndefined()
    expect(open(TOKEN.replace('..', '.'))).toBeUndefined()
  })

  it('S24: is not looked at beyond its greatest length, nor made', () => {
    const longest = 6000 // characters inside
    expect(open(writeJwe(HEADER, 'a'.repeat(longest), KEY, IV))).toHaveLength(longest)
    expect(() => writeJwe(HEADER, 'a'.repeat(MAX_TOKEN_CHARACTERS), KEY, IV)).toThrow('characters')
    expect(parseJwe(forgeSeal(HEADER, 'a'.repeat(MAX_TOKEN_CHARACTERS), KEY, { iv: IV }))).toBeUndefined()
    const headers = [500, 300].map((length) => sealedHeader({ cty: 'JWT' }, 'a'.repeat(length)))
    expect(headers.map((header) => open(forgeSeal(header, '', KEY), header))).toEqual([undefined, ''])
  })

  it('S17: with a key inside is none: the key is ours', () => {
    for (const encryptedKey of ['A', 'AAAA', base64url('a'.repeat(32))]) {
      const text = withSegment(1, () => encryptedKey)
      expect(parseJwe(text)).toBeUndefined()
    }
  })

  it('S17: with a tag of 4, 8, 12 or 15 bytes is refused, though it would fit, and so is one that is too long', () => {
    for (const tagBytes of [4, 8, 12, 13, 14, 15]) {
      const short = forgeSeal(HEADER, 'what is inside', KEY, { iv: IV, tagBytes })
      expect(Buffer.from(short.split('.')[4] ?? '', 'base64url')).toHaveLength(tagBytes)
      expect(open(short)).toBeUndefined()
      expect(open(withSegment(4, (tag) => Buffer.from(tag, 'base64url').subarray(0, tagBytes).toString('base64url')))).toBeUndefined()
    }
    expect(open(withSegment(4, (tag) => `${tag}AA`))).toBeUndefined()
    expect(open(withSegment(4, () => ''))).toBeUndefined()
  })

  it('S17: with an IV of another length is refused, though it would fit', () => {
    for (const length of [1, 8, 11, 13, 16]) expect(open(forgeSeal(HEADER, 'a', KEY, { iv: Buffer.alloc(length, 1) }))).toBeUndefined()
    expect(open(withSegment(2, () => ''))).toBeUndefined()
  })

  it('S7, S8, S9, S17: of another header under the right key is refused: algorithms, compression, extensions, keys that it brings', () => {
    const ours = JSON.parse(HEADER)
    const { enc: _, ...withoutEnc } = ours
    const headers = [
      ...['none', 'A256GCMKW', 'RSA-OAEP', 'ECDH-ES', 'DIR', 'PBES2-HS256+A128KW'].map((alg) => ({ ...ours, alg })),
      ...['A128GCM', 'A256CBC-HS512', ''].map((enc) => ({ ...ours, enc })),
      withoutEnc,
      { enc: ours.enc, ...ours },
      ...[{ zip: 'DEF' }, { crit: [] }, { crit: ['exp'] }, { jku: 'https://evil.example' }, { jwk: {} }, { p2c: 1 }, { epk: {} }].map(
        (more) => ({
          ...ours,
          ...more,
        }),
      ),
    ]
    const texts = [...headers.map((header) => JSON.stringify(header)), HEADER.replace('{', '{"alg":"dir",'), `${HEADER}\n`]
    for (const text of texts.filter((text) => text !== HEADER)) expect(open(forgeSeal(text, 'a', KEY)), text).toBeUndefined()
    expect(open(forgeSeal(HEADER, 'a', KEY))).toBe('a')
  })

  it('S17: seals its header: the very text of it is what the tag is over (RFC 7516, section 5.1, step 14)', () => {
    for (const associatedData of ['', HEADER, base64url(`${HEADER} `)])
      expect(open(forgeSeal(HEADER, 'a', KEY, { associatedData }))).toBeUndefined()
  })
})

describe('a key that seals', () => {
  it('is 32 random bytes, and opens with no other number of them', async () => {
    const secret = await makeKeyMaterial('A256GCM', createSeededRandomness())
    expect(secret).toHaveLength(32)
    expect(openKeyMaterial('A256GCM', secret)).toMatchObject({ algorithm: 'A256GCM' })
    for (const length of [0, 16, 31, 33]) expect(() => openKeyMaterial('A256GCM', Buffer.alloc(length, 1))).toThrow('wrong length')
  })

  it('signs nothing: the compiler says so', () => {
    // @ts-expect-error a sealing key has nothing that could sign
    expect(signBytes(Buffer.from('a'), KEY)).toBeUndefined()
  })
})

import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { KEY_RELOAD_SECONDS } from '../domain/signing-key.ts'
import {
  A_SIGNED_IDENTITY,
  aSealedApplication,
  aSession,
  aTenant,
  base64url,
  createWorkbench,
  forgeSeal,
  headerOfSeal,
  NOW,
  openSeal,
  type Workbench,
} from '../testing/token-workbench.ts'
import type { OpenedSealingKey } from './opened-keys.ts'
import type { NoteKind } from './token-engine.ts'

const TENANT = aTenant()
const OTHER_TENANT = aTenant('other')
const KINDS: readonly NoteKind[] = ['login-state', 'sign-in-request', 'browser-session', 'form']

let bench: Workbench
let note: string
let sealing: OpenedSealingKey

const open = (presented: string, kind: NoteKind = 'login-state', at = NOW) => bench.engine.openNote(TENANT, kind, presented, at)
const headerFor = (kind: string, { id } = sealing) => `{"alg":"dir","enc":"A256GCM","typ":"${kind}","kid":"${id}"}`

beforeEach(async () => {
  bench = createWorkbench()
  note = await bench.engine.sealNote(TENANT, 'login-state', 'to be known later', NOW)
  sealing = bench.sealingKeyOf()
})

describe('a note to ourselves', () => {
  it('is a JWE that says what kind it is and no more, and opens on every server', async () => {
    expect(Buffer.from(note.split('.')[0] ?? '', 'base64url').toString()).toBe(headerFor('login-state'))
    expect(openSeal(note, sealing)).toBe('{"tenant":"ten_acme","content":"to be known later"}')
    expect(await open(note)).toBe('to be known later')
    const replica = createWorkbench({ keys: bench.keys, seed: 'replica' })
    expect(await replica.engine.openNote(TENANT, 'login-state', note, NOW)).toBe('to be known later')
  })

  it('gives back whatever it was given', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 300 }), fc.constantFrom(...KINDS), async (content, kind) => {
        expect(await open(await bench.engine.sealNote(TENANT, kind, content, NOW), kind)).toBe(content)
      }),
    )
  })

  it('is another text each time', async () => {
    const again = await bench.engine.sealNote(TENANT, 'login-state', 'to be known later', NOW)
    expect(again.split('.')[2]).not.toBe(note.split('.')[2])
    expect(again.split('.')[3]).not.toBe(note.split('.')[3])
  })

  it('that would be too long to open is not made', async () => {
    await expect(bench.engine.sealNote(TENANT, 'form', 'a'.repeat(8192), NOW)).rejects.toThrow('characters')
  })

  it('S10: of one kind is none of another', async () => {
    for (const made of KINDS) {
      const text = await bench.engine.sealNote(TENANT, made, 'a', NOW)
      for (const kind of KINDS) expect(await open(text, kind), `${made} as ${kind}`).toBe(kind === made ? 'a' : undefined)
    }
  })

  it('S10: is no access token, and an access token is no note, whichever of their headers it has', async () => {
    const issuer = await bench.engine.prepare(TENANT, aSealedApplication(), NOW)
    const { accessToken, refreshToken = '' } = await issuer.issue(aSession(A_SIGNED_IDENTITY))
    const inside = openSeal(accessToken, sealing)
    const notes = [
      await bench.engine.sealNote(TENANT, 'browser-session', inside, NOW),
      forgeSeal(headerFor('browser-session'), inside, sealing),
    ]
    for (const text of [...notes, forgeSeal(headerOfSeal(sealing), openSeal(note, sealing), sealing)])
      expect(await bench.engine.readAccess(TENANT, text, NOW)).toMatchObject({ refusal: { code: 'token_invalid' } })
    const presented = [accessToken, inside, refreshToken, forgeSeal(headerOfSeal(sealing), openSeal(note, sealing), sealing)]
    for (const kind of KINDS) for (const text of presented) expect(await open(text, kind)).toBeUndefined()
    for (const kind of KINDS) expect(await open(forgeSeal(headerFor(kind), inside, sealing), kind)).toBeUndefined()
  })

  it('S11, S15: of one tenant is none of another, though both were sealed by us', async () => {
    const foreign = await bench.engine.sealNote(OTHER_TENANT, 'login-state', 'a', NOW)
    expect(await open(foreign)).toBeUndefined()
    expect(await bench.engine.openNote(OTHER_TENANT, 'login-state', note, NOW)).toBeUndefined()
    const ofOther = openSeal(foreign, bench.sealingKeyOf(OTHER_TENANT))
    expect(await open(forgeSeal(headerFor('login-state'), ofOther, sealing)), 'under the right key').toBeUndefined()
  })

  it('S6: is over when its key has retired', async () => {
    const later = NOW + KEY_RELOAD_SECONDS * 1000
    bench.changeKey(sealing.id, { retiresAt: later })
    expect(await open(note, 'login-state', later - 1)).toBe('to be known later')
    expect(await open(note, 'login-state', later)).toBeUndefined()
  })

  it('S17: with anything else inside is none, though the key is ours', async () => {
    const bodies = [
      '',
      'null',
      '[]',
      '"a"',
      '["ten_acme","a"]',
      '{"tenant":"ten_acme"}',
      '{"content":"a"}',
      '{"tenant":"ten_acme","content":1}',
    ]
    const spelled = [
      '{"content":"a","tenant":"ten_acme"}',
      '{"tenant":"ten_acme","content":"a","a":1}',
      '{ "tenant":"ten_acme","content":"a"}',
    ]
    for (const body of [...bodies, ...spelled, note])
      expect(await open(forgeSeal(headerFor('login-state'), body, sealing)), body).toBeUndefined()
    expect(await open(forgeSeal(headerFor('login-state'), '{"tenant":"ten_acme","content":"a"}', sealing))).toBe('a')
  })

  it('S17: sealed with another key, the one of a signature even, is none', async () => {
    await bench.engine.prepare(TENANT, aSealedApplication(), NOW)
    const { id, signing } = bench.keyOf('refresh', 'HS256')
    const body = openSeal(note, sealing)
    expect(await open(forgeSeal(headerFor('login-state', { ...sealing, id }), body, { sealing: signing }))).toBeUndefined()
    expect(await open(forgeSeal(headerFor('login-state'), body, { sealing: signing }))).toBeUndefined()
  })

  it('S24: changed, cut off, extended or malformed is none, and the store is not asked', async () => {
    const { readings } = bench.keys
    for (let at = 0; at < note.length; at += 1) {
      const changed = `${note.slice(0, at)}${note[at] === 'A' ? 'B' : 'A'}${note.slice(at + 1)}`
      if (at < 20 || at > note.indexOf('.')) expect(await open(changed), `character ${at}`).toBeUndefined() // between: another kid
      expect(await open(note.slice(0, at)), `${at} characters`).toBeUndefined()
    }
    const { id } = sealing
    const headers = [
      { kid: id },
      { alg: 'none', kid: id },
      { alg: 'dir', enc: 'A256GCM', typ: 'login-state', kid: '../../dev/null' },
      { alg: 'dir', enc: 'A256GCM', typ: 'form', kid: 'aaaaaaaaaaaaaaaa' },
      1,
      null,
    ]
    for (const header of headers) expect(await open(forgeSeal(JSON.stringify(header), openSeal(note, sealing), sealing))).toBeUndefined()
    for (const text of ['', '.', '....', '.'.repeat(15_000), `${note}.`, ` ${note}`, `${note}\n`, 'a'.repeat(1_048_576), base64url(note)])
      expect(await open(text)).toBeUndefined()
    expect(bench.keys.readings).toBe(readings)
  })

  it('S5: with a key that nobody has is none', async () => {
    expect(
      await open(forgeSeal(headerFor('login-state').replace(sealing.id, 'aaaaaaaaaaaaaaaa'), openSeal(note, sealing), sealing)),
    ).toBeUndefined()
  })
})

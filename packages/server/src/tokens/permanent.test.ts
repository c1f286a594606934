import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { AccountId } from '../domain/ids.ts'
import { PERMANENT_TOKEN_SECONDS } from '../domain/permanent-token.ts'
import { aTenant, createWorkbench, ISSUER, NOW, NOW_SECONDS, textsOf } from '../testing/token-workbench.ts'

const TENANT = aTenant()
const REQUEST = { subject: 'acc_alice' as AccountId, issuedAt: NOW, expiresAt: NOW_SECONDS + PERMANENT_TOKEN_SECONDS }

describe('a permanent token', () => {
  it('has the header, the claims and their order that the platform’s clients know', async () => {
    const { token } = await createWorkbench().engine.issuePermanent(TENANT, REQUEST)
    const { header, payload } = textsOf(token)
    expect(token).toMatch(/^eyJ0eXAiOiJKV1QiLCJhbGciOi/)
    expect(header).toMatch(/^\{"typ":"JWT","alg":"HS256","kid":"[a-z2-7]{16}"\}$/)
    const { jti } = JSON.parse(payload)
    expect(jti).toMatch(/^[0-9A-Za-z]{16}$/)
    expect(payload).toBe(
      `{"sub":"acc_alice","iss":"${ISSUER}/token/generate","iat":${NOW_SECONDS},"exp":${NOW_SECONDS + 300_000_000},"nbf":${NOW_SECONDS},"jti":"${jti}"}`,
    )
  })

  it('comes with the SHA-256 that the store knows it by, and reading gives the same', async () => {
    const { engine } = createWorkbench()
    const { token, digest } = await engine.issuePermanent(TENANT, REQUEST)
    expect(digest).toEqual(createHash('sha256').update(token).digest())
    expect(await engine.readAccess(TENANT, token, NOW)).toMatchObject({
      ok: true,
      value: {
        kind: 'permanent',
        digest,
        subject: 'acc_alice',
        sessionId: undefined,
        secret: undefined,
        generation: undefined,
        scope: undefined,
      },
    })
  })

  it('is another one each time', async () => {
    const { engine } = createWorkbench()
    const tokens = await Promise.all(Array.from({ length: 20 }, () => engine.issuePermanent(TENANT, REQUEST)))
    expect(new Set(tokens.map(({ token }) => token)).size).toBe(20)
  })

  it('is under a key that is not published and signs nothing else', async () => {
    const { engine, keyOf } = createWorkbench()
    await engine.issuePermanent(TENANT, REQUEST)
    expect(keyOf('permanent', 'HS256')).toMatchObject({ purpose: 'permanent', algorithm: 'HS256' })
    expect(await engine.publicKeys(TENANT, NOW)).toEqual([])
  })

  it('is good after its tenant has moved to another address, because the store knows each by its digest', async () => {
    const { engine, keys } = createWorkbench()
    const { token } = await engine.issuePermanent(TENANT, REQUEST)
    const moved = createWorkbench({ keys, origin: 'https://moved.example' })
    expect(await moved.engine.readAccess(TENANT, token, NOW)).toMatchObject({ ok: true, value: { issuer: `${ISSUER}/token/generate` } })
  })
})

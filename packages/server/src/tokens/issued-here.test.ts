import { beforeEach, expect, it, vi } from 'vitest'
import { KEY_RELOAD_SECONDS } from '../domain/signing-key.ts'
import { anApplication, aSession, aTenant, createWorkbench, NOW } from '../testing/token-workbench.ts'
import { isSignatureOf } from './signature.ts'

vi.mock('./signature.ts', async (importOriginal) => {
  const original = await importOriginal<typeof import('./signature.ts')>()
  return { ...original, isSignatureOf: vi.fn(original.isSignatureOf) }
})
const verifications = vi.mocked(isSignatureOf)
beforeEach(() => void verifications.mockClear())

async function anIssued(tokenFormat: 'self-refreshing' | 'sealed' = 'self-refreshing') {
  const bench = createWorkbench()
  const application = anApplication({ tokenFormat, algorithm: 'EdDSA' })
  const session = aSession(bench.engine.newIdentity(tokenFormat))
  const { accessToken } = await (await bench.engine.prepare(aTenant(), application, NOW)).issue(session)
  return { ...bench, application, accessToken }
}

it('a token that was signed here is read without verifying it again, as the same claims that another server reads', async () => {
  const { engine, keys, application, accessToken } = await anIssued()
  const here = await engine.readAccess(aTenant(), accessToken, NOW)
  expect(await engine.readRefresh(aTenant(), application, accessToken, NOW)).toMatchObject({ ok: true })
  expect(verifications).not.toHaveBeenCalled()
  expect(await createWorkbench({ keys }).engine.readAccess(aTenant(), accessToken, NOW)).toEqual(here)
  expect(verifications).toHaveBeenCalledOnce()
})

it('a sealed token that was made here is read without verifying what is inside, as the same claims that another server reads', async () => {
  const { engine, keys, accessToken } = await anIssued('sealed')
  const here = await engine.readAccess(aTenant(), accessToken, NOW)
  expect(here).toMatchObject({ ok: true, value: { format: 'sealed' } })
  expect(verifications).not.toHaveBeenCalled()
  const another = createWorkbench({ keys }).engine
  for (let i = 0; i < 3; i += 1) expect(await another.readAccess(aTenant(), accessToken, NOW)).toEqual(here)
  expect(verifications).toHaveBeenCalledOnce()
})

it('a token that was signed here is still refused with one character changed, and once its key is retired', async () => {
  const { engine, changeKey, keyOf, accessToken } = await anIssued()
  const changed = `${accessToken.slice(0, -10)}${accessToken.at(-10) === 'A' ? 'B' : 'A'}${accessToken.slice(-9)}`
  expect(await engine.readAccess(aTenant(), changed, NOW)).toMatchObject({ ok: false })
  changeKey(keyOf('self-refreshing', 'EdDSA').id, { retiresAt: NOW })
  const later = NOW + KEY_RELOAD_SECONDS * 1000
  expect(await engine.readAccess(aTenant(), accessToken, later)).toMatchObject({ ok: false, refusal: { code: 'token_invalid' } })
})

import { describe, expect, it, vi } from 'vitest'
import { accept, refuse } from '../domain/outcome.ts'
import type { RedirectUri } from '../domain/redirect-uri.ts'
import { anApplication, ringkey, stubUseCases } from './testing/cli-bench.ts'

const GOOD = 'https://good.example/cb'
const pageSignIn = { redirectUris: [GOOD, 'com.example.app:/cb'] as RedirectUri[], requiresPkce: false, showsCode: true }

describe('how people sign in for an application at the page', () => {
  it('is said anew; what is left out stays', async () => {
    const setPageSignIn = vi.fn(async () => accept(anApplication({ pageSignIn })))
    const useCases = stubUseCases({ setPageSignIn })
    const set = ['application', 'set-page-sign-in', 'portal']
    const ran = await ringkey([...set, '--redirect-uri', GOOD, '--redirect-uri', 'com.example.app:/cb', '--json'], { useCases })
    expect(ran).toMatchObject({ exit: 0, err: 'Set.\n' })
    expect(ran.json()).toMatchObject({
      application: { clientId: 'portal', redirectUris: pageSignIn.redirectUris, pkce: 'optional', showsCode: true },
    })
    await ringkey([...set, '--redirect-uri', 'none', '--tenant', 'other'], { useCases })
    await ringkey([...set, '--pkce', 'required', '--shows-code', 'off'], { useCases })
    await ringkey([...set, '--pkce', 'optional', '--shows-code', 'on'], { useCases })
    const [left, named] = [
      { redirectUris: undefined, requiresPkce: undefined, showsCode: undefined },
      { tenant: 'acme', clientId: 'portal' },
    ]
    expect(setPageSignIn.mock.calls).toEqual([
      [{ ...left, ...named, redirectUris: [GOOD, 'com.example.app:/cb'] }],
      [{ ...left, ...named, tenant: 'other', redirectUris: [] }],
      [{ ...left, ...named, requiresPkce: true, showsCode: false }],
      [{ ...left, ...named, requiresPkce: false, showsCode: true }],
    ])
  })

  it('is left alone if nothing is said, or what there is no such thing as', async () => {
    for (const flags of [[], ['--pkce', 'plain'], ['--shows-code', 'yes']]) {
      const ran = await ringkey(['application', 'set-page-sign-in', 'portal', ...flags])
      expect(ran).toMatchObject({ exit: 2, opened: 0, out: '' })
    }
  })

  it('is refused with what is wrong, and the spelling that may be registered', async () => {
    const refusal = { code: 'redirect_uri_invalid', redirectUri: 'https://good.example', problem: 'not_normalised' } as const
    const useCases = stubUseCases({ setPageSignIn: async () => refuse(refusal) })
    const ran = await ringkey(['application', 'set-page-sign-in', 'portal', '--redirect-uri', 'https://good.example'], { useCases })
    expect(ran).toMatchObject({ exit: 2, out: '' })
    expect(ran.err.split('\n')).toEqual([
      'This address may not be registered as a redirect URI:',
      '  https://good.example',
      '  not_normalised: it is not spelled as a browser spells it, so that a comparison as text would fail.',
      '  This spelling may be registered: https://good.example/',
      '',
    ])
  })
})

describe('the tester of redirect URIs', () => {
  const check = (...args: string[]) =>
    ringkey(['application', 'check-redirect-uri', ...args], {
      useCases: stubUseCases({
        list: { applications: async () => accept([anApplication(), anApplication({ clientId: 'app', pageSignIn })]) },
      }),
    })
  const nothing = { problem: null, registered: null, nearest: null, differsAt: null, notes: [] }

  it('says that an address may be registered, without opening the store', async () => {
    expect(await check(GOOD)).toMatchObject({ exit: 0, opened: 0, out: '', err: 'It may be registered.\n' })
    expect((await check(GOOD, '--json')).json()).toEqual({ ...nothing, redirectUri: GOOD, fit: true, spelling: GOOD })
  })

  it.each([
    ['https://good.example', 'not_normalised', 'https://good.example/'],
    ['https://good.example/cb\n', 'malformed', GOOD],
    ['http://good.example/', 'clear_text_beyond_loopback', null],
    ['https://good.example/cb#f', 'has_fragment', null],
    ['https://a@good.example/', 'has_user_information', null],
    ['https://good.example/?code=1', 'has_reserved_parameter', null],
    ['javascript:x', 'scheme_not_allowed', null],
  ])('says what is wrong with %j: %s', async (redirectUri, problem, spelling) => {
    const ran = await check(redirectUri, '--json')
    expect(ran.exit).toBe(5)
    expect(ran.json()).toEqual({ ...nothing, redirectUri, fit: false, problem, spelling })
    expect(ran.err).toContain(`\n${problem}: `)
    expect(ran.err.includes('This spelling may be registered: ')).toBe(spelling !== null)
  })

  it.each([
    ['smarthub://login', 'without a dot'],
    ['http://127.0.0.1:3000/cb', 'loopback'],
  ])('has a word to say of %s: %s', async (uri, word) => {
    const ran = await check(uri)
    expect(ran.exit).toBe(0)
    expect(ran.err).toContain(word)
    expect((await check('com.example.app:/cb')).err).toBe('It may be registered.\n')
  })

  it('says that an application has registered it', async () => {
    const ran = await check(GOOD, '--client-id', 'app', '--json')
    expect(ran).toMatchObject({ exit: 0, opened: 1, closed: 1, err: 'It may be registered.\nIt is registered.\n' })
    expect(ran.json()).toEqual({ ...nothing, redirectUri: GOOD, fit: true, spelling: GOOD, registered: true })
  })

  it.each([
    ['https://good.example/cb/', GOOD, 23, 'They differ from character 24 on: "/" is not its end.'],
    ['http://good.example/cb', GOOD, 4, 'They differ from character 5 on: "://good.example/cb" is not "s://good.example/cb".'],
    [' https://good.example/cb', GOOD, 0, 'They differ from character 1 on: " https://good.exampl" is not "https://good.example".'],
    ['com.example.app://cb', 'com.example.app:/cb', 17, 'They differ from character 18 on: "/cb" is not "cb".'],
    ['https://good.example/c', GOOD, 22, 'They differ from character 23 on: its end is not "b".'],
  ])('S60: says of %s that it is not registered, which one is near and where they differ', async (uri, nearest, differsAt, sentence) => {
    const ran = await check(uri, '--client-id', 'app', '--json')
    expect(ran.exit).toBe(5)
    expect(ran.json()).toMatchObject({ registered: false, nearest, differsAt })
    expect(ran.err).toContain(`It is not registered.\nThe nearest is ${nearest}\n${sentence}\n`)
  })

  it('says that an application has none, or that there is no such application', async () => {
    const ran = await check(GOOD, '--client-id', 'portal', '--json')
    expect(ran).toMatchObject({ exit: 5, err: 'It may be registered.\nIt is not registered.\nThe application has none.\n' })
    expect(ran.json()).toMatchObject({ fit: true, registered: false, nearest: null, differsAt: null })
    expect(await check(GOOD, '--client-id', 'nobody')).toMatchObject({ exit: 5, out: '', closed: 1 })
  })
})

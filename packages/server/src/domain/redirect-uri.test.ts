import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  answerAt,
  formTargetOf,
  isSameRedirectUri,
  kindOf,
  MAX_REDIRECT_URIS,
  parseRedirectUri,
  parseRedirectUris,
  type RedirectUri,
  type RedirectUriProblem,
  registrableSpellingOf,
} from './redirect-uri.ts'

const GOOD = 'https://good.example/cb' as RedirectUri

/** Addresses that may be registered: what a browser's parser leaves as it is. */
const registrable = fc
  .tuple(
    fc.constantFrom(
      'https://good.example/',
      'https://xn--bcher-kva.example:8443/',
      'http://127.0.0.1:3000/',
      'com.example.app:/',
      'smarthub://',
    ),
    fc.stringMatching(/^[a-z0-9_~-]{1,20}$/),
    fc.constantFrom('', '?', '?a=b', '?a=b&', '?x=%2F%3f&y', '?state2=1'),
  )
  .map((parts) => parts.join(''))

describe('an address that may be registered', () => {
  test.each([
    GOOD,
    'https://good.example/',
    'https://good.example:8443/a/b?x=1&y=%20',
    'https://good.example/cb?',
    'https://good.example/CB;p=1/',
    'https://[2001:db8::1]/cb',
    'http://localhost:5173/cb',
    'http://127.0.0.1/cb',
    'http://[::1]:3000/cb',
    'smarthubplatform://login',
    'smarthub://login',
    'com.example.app:/cb',
    'myapp:cb',
    'app:/cb',
    'org.example+x-1:/cb?platform=ios',
    `https://good.example/${'a'.repeat(2000 - 21)}`,
  ])('%s is read as it is', (text) => {
    expect(parseRedirectUri(text)).toEqual({ ok: true, value: text })
  })

  test('many are read in the order given, each once', () => {
    expect(parseRedirectUris([GOOD, 'myapp:cb', GOOD])).toEqual({ ok: true, value: [GOOD, 'myapp:cb'] })
    expect(parseRedirectUris([])).toEqual({ ok: true, value: [] })
  })

  test('twenty are not too many, repetitions not counted; one more is', () => {
    const most = Array.from({ length: MAX_REDIRECT_URIS }, (_, index) => `https://good.example/${index}`)
    expect(parseRedirectUris([...most, ...most])).toEqual({ ok: true, value: most })
    expect(parseRedirectUris([...most, GOOD])).toEqual({ ok: false, refusal: { code: 'too_many_redirect_uris' } })
  })

  test('of many the first that may not be registered is named', () => {
    const refusal = { code: 'redirect_uri_invalid', redirectUri: 'http://evil.example/', problem: 'clear_text_beyond_loopback' }
    expect(parseRedirectUris([GOOD, 'http://evil.example/', 'nothing'])).toEqual({ ok: false, refusal })
  })
})

/** What may not be registered, and why. */
const UNFIT: Readonly<Record<RedirectUriProblem, readonly string[]>> = {
  malformed: [
    '',
    '/cb',
    '//evil',
    'good.example/cb',
    'https://',
    'https:// good.example/',
    'https://good.example\\@evil',
    'https://evil\\.good.example',
    'https://*.good.example/',
    'https://good.example/*',
    'https://good.example/cb\t',
    'https://good.example/cb\n',
    'https://good.example/cb ',
    'https://good.example/cb\0',
    'https://gооd.example/cb', // Cyrillic
    'https://good.example/cb%',
    'https://good.example/cb%2',
    'https://good.example/<cb>',
    'https://good.example/"cb"',
    'https://good.example/{cb}',
    'https://good.example/c|b',
    'https://good.example/c^b',
    'https://good.example/c`b',
    'myapp:',
    `https://good.example/${'a'.repeat(2001 - 21)}`,
  ],
  not_normalised: [
    'https://good.example',
    'HTTPS://GOOD.example/cb',
    'https://good.example:443/cb',
    'https://good.example/cb/../x',
    'https://good.example/./cb',
    'https://good.example/a/%2e%2e/x',
    'https:evil',
    'https:/evil/',
    'https:///evil/',
    'http://127.1/cb',
    'http://LOCALHOST/cb',
    'MyApp:/cb',
    'myapp:/a/../b',
  ],
  has_fragment: ['https://good.example/cb#f', 'https://good.example/cb#', 'myapp:/cb#f'],
  has_user_information: [
    'https://good.example@evil/cb',
    'https://good.example:x@evil/cb',
    'https://@good.example/cb',
    'https:good@evil/cb',
    'myapp://good@evil/cb',
  ],
  has_reserved_parameter: [
    'https://good.example/cb?code=1',
    'https://good.example/cb?a=b&authCode',
    'https://good.example/cb?state=',
    'https://good.example/cb?error=x',
    'https://good.example/cb?error_description=x',
    'https://good.example/cb?iss=x',
    'https://good.example/cb?c%6Fde=1',
    'myapp:/cb?code=1',
  ],
  clear_text_beyond_loopback: [
    'http://good.example/cb',
    'http://localhost.evil/cb',
    'http://127.0.0.2/cb',
    'http://[::2]/cb',
    'http://good.example',
  ],
  scheme_not_allowed: [
    'javascript:alert(1)',
    'JavaScript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:https://good.example/1',
    'about:blank',
    'filesystem:https://good.example/x',
    'ftp://good.example/cb',
    'ftps://good.example/cb',
    'ws://good.example/cb',
    'wss://good.example/cb',
    'view-source:https://good.example/cb',
    'chrome://settings',
    'chrome-extension://abc/cb',
    'moz-extension://abc/cb',
    'resource://abc',
    'intent://good.example#Intent'.replace('#', '/'),
    'mailto:a@b'.replace('@', '.'),
    'tel:1',
    'sms:1',
    'jar:x',
    'ms-settings:x',
    'web+app:x',
    'c:/cb',
    'ab:/cb',
    'a1-2:/cb',
  ],
}

describe('an address that may not be registered', () => {
  const cases = Object.entries(UNFIT).flatMap(([problem, texts]) => texts.map((text) => [problem, text] as const))
  test.each(cases)('S60: %s: %j', (problem, redirectUri) => {
    expect(parseRedirectUri(redirectUri)).toEqual({ ok: false, refusal: { code: 'redirect_uri_invalid', redirectUri, problem } })
  })

  test.each([
    ['https://good.example', 'https://good.example/'],
    ['HTTPS://GOOD.example:443/cb', GOOD],
    ['https://good.example/cb/../x', 'https://good.example/x'],
    ['http://good.example/cb', undefined],
    ['https://good.example/cb#f', undefined],
    ['nothing', undefined],
  ])('%s could be registered as %s', (text, spelling) => {
    expect(registrableSpellingOf(text)).toBe(spelling)
  })
})

describe('comparing', () => {
  test('an address is the registered one if no character differs', () => {
    expect(isSameRedirectUri(GOOD, 'https://good.example/cb')).toBe(true)
  })

  test.each([
    'https://good.example@evil/cb',
    'https://good.example\\@evil',
    'https://evil\\.good.example',
    'https://good.example.evil/cb',
    '//evil',
    'https:evil',
    'https://good.example/cb/../x',
    'https://good.example/x/../cb',
    'https://good.example/cb%2f..%2fx',
    'https://good.example/cb/',
    'https://good.example/cb?x=1',
    'https://good.example/cb?',
    'https://good.example/cb#f',
    'HTTPS://GOOD.example/cb',
    'https://good.example:443/cb',
    'https://good.example/cb\t',
    'https://good.example/cb\n',
    'https://good.example/cb ',
    ' https://good.example/cb',
    'https://good.example/cb\0',
    'https://gооd.example/cb', // Cyrillic
    'https://xn--gd-olcb.example/cb',
    'http://good.example/cb',
    'https://good.example/c%62',
    '/cb',
    '',
  ])('S60: %j is not the registered one', (text) => {
    expect(isSameRedirectUri(GOOD, text)).toBe(false)
  })
})

describe('an answer', () => {
  test.each([
    ['https://good.example/cb', 'https://good.example/cb?code=c%26%3D&state=s%20%2B'],
    ['https://good.example/cb?a=b', 'https://good.example/cb?a=b&code=c%26%3D&state=s%20%2B'],
    ['https://good.example/cb?', 'https://good.example/cb?code=c%26%3D&state=s%20%2B'],
    ['https://good.example/cb?a=b&', 'https://good.example/cb?a=b&code=c%26%3D&state=s%20%2B'],
    ['smarthub://login', 'smarthub://login?code=c%26%3D&state=s%20%2B'],
  ])('at %s is in the query', (text, location) => {
    expect(answerAt(text as RedirectUri, { code: 'c&=', error: undefined, state: 's +' })).toBe(location)
  })

  test('that says nothing is the address', () => {
    expect(answerAt(GOOD, { state: undefined })).toBe(GOOD)
  })

  test('changes nothing of what was registered, and is read back as it was said, whatever it says', () => {
    fc.assert(
      fc.property(registrable, fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }), (text, code, state) => {
        const parsed = parseRedirectUri(text)
        if (!parsed.ok) throw new Error(`${text} may not be registered`)
        expect(parsed.value).toBe(text)
        const location = answerAt(parsed.value, { code, state })
        expect(location.startsWith(text)).toBe(true)
        expect(location).toMatch(/^[\x21-\x7e]+$/)
        const { searchParams } = new URL(location)
        expect([searchParams.getAll('code'), searchParams.getAll('state')]).toEqual([[code], [state]])
      }),
    )
  })
})

test.each([
  ['https://good.example:8443/cb?x=1', 'https', 'https://good.example:8443'],
  ['http://127.0.0.1:3000/cb', 'loopback', 'http://127.0.0.1:3000'],
  ['http://[::1]:3000/cb', 'loopback', 'http:'],
  ['https://[2001:db8::1]/cb', 'https', 'https:'],
  ['smarthubplatform://login', 'private_use', 'smarthubplatform:'],
  ['com.example.app:/cb', 'private_use', 'com.example.app:'],
])('%s is of the kind %s, and a form may go to %s', (text, kind, target) => {
  expect(kindOf(text as RedirectUri)).toBe(kind)
  expect(formTargetOf(text as RedirectUri)).toBe(target)
})

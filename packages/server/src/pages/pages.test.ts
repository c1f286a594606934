import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { LANGUAGES, type Page } from './page.ts'
import { renderAccount } from './render-account.tsx'
import { renderActivity } from './render-activity.tsx'
import { renderChangeNumber, renderConfirmNumber } from './render-change-number.tsx'
import { renderError } from './render-error.tsx'
import { renderReturn } from './render-return.tsx'
import { renderSignIn } from './render-sign-in.tsx'
import { renderSignedOut } from './render-signed-out.tsx'
import { STYLE_SHEET } from './style-sheet.ts'
import { anAccount, anActivity, aReturn, aSetting, aSignIn, samplePages } from './testing/sample-pages.ts'

const everyPage = LANGUAGES.flatMap((language) =>
  Object.entries(samplePages(aSetting(language))).map(([name, page]) => ({ language, name, page })),
)

const cspOf = ({ headers }: Page) => headers['content-security-policy'] ?? ''

describe('every page', () => {
  it.each(everyPage)('says that it is in $language: $name', ({ language, page }) => {
    expect(page.html).toMatch(new RegExp(`^<!doctype html>\n<html lang="${language}"><head><meta charset="utf-8"/>`))
    expect(page.headers['content-language']).toBe(language)
  })

  it.each(everyPage)('has no script, no style of its own, nothing from elsewhere: $name in $language', ({ page }) => {
    expect(page.html).not.toMatch(/<script|<style|<iframe|<img|\sstyle=|\son[a-z]+=|javascript:/i)
    expect(page.html).not.toMatch(/undefined|\[object|\bNaN\b/)
    expect(page.html.match(/<link [^>]*>/g)).toEqual([`<link rel="stylesheet" href="..${STYLE_SHEET.path}"/>`])
  })

  it.each(everyPage)('has one heading and a title of its own: $name in $language', ({ page }) => {
    expect(page.html.match(/<h1>/g)).toHaveLength(1)
    expect(page.html).toMatch(/<title>[^<]+ – Nordlicht Telefonie<\/title>/)
  })

  it.each(everyPage)('is kept nowhere and may load, run and frame nothing: $name in $language', ({ page }) => {
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'cross-origin-opener-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      vary: 'accept-language',
    })
    expect(page.headers).toHaveProperty('permissions-policy')
    expect(cspOf(page)).toMatch(
      /^default-src 'none'; style-src 'self'; form-action 'self'(?: https:\/\/phone\.example)?; frame-ancestors 'none'; base-uri 'none'$/,
    )
  })

  it('names no brand where the tenant has none', () => {
    const { html } = renderSignedOut({ setting: { language: 'en', root: './' } })
    expect(html).toContain('<title>You are signed out</title>')
    expect(html).not.toContain('class="brand"')
  })
})

describe('the policy of a page with a form', () => {
  it('lets the answer send the browser on to the addresses that it is told, and nowhere else', () => {
    const formTargets = ['https://phone.example', 'smarthubplatform:', 'http://127.0.0.1:*', 'https://phone.example:8443']
    expect(cspOf(renderSignIn(aSignIn({ formTargets })))).toContain(
      "; form-action 'self' https://phone.example smarthubplatform: http://127.0.0.1:* https://phone.example:8443; ",
    )
  })

  it.each([
    'https://a;script-src',
    "'unsafe-inline'",
    'https://a b',
    '*',
    'https://a,b',
    'https://a\r\nset-cookie: a',
    'phone.example',
    '',
  ])('is not made with the target %j, which is no source expression', (target) => {
    expect(() => renderSignIn(aSignIn({ formTargets: [target] }))).toThrow('no source expression')
  })
})

/** Each would do something if it were taken for more than text; `&lt;` would come back as another text. */
const PROBES = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' autofocus onfocus='alert(1)",
  '</title></p></li></dd></code><script>alert(1)</script>',
  '&lt;b&gt; &copy; &amp;quot; &#34;',
  '<!--',
  'javascript:alert(1)',
  '{application}',
]

describe('what others write is text on a page', () => {
  const fields: readonly (readonly [string, (probe: string) => Page])[] = [
    ['the application of a sign-in', (probe) => renderSignIn(aSignIn({ applicationName: probe }))],
    ['the application of a sign-in without scopes', (probe) => renderSignIn(aSignIn({ applicationName: probe, scopes: [] }))],
    ['a scope', (probe) => renderSignIn(aSignIn({ scopes: [probe] }))],
    ['a typed login name', (probe) => renderSignIn(aSignIn({ loginHint: probe }))],
    ['a sealed request', (probe) => renderSignIn(aSignIn({ sealedRequest: probe }))],
    ['the action of a form', (probe) => renderSignIn(aSignIn({ action: probe }))],
    ['who is signed in', (probe) => renderSignIn(aSignIn({ signedInAs: probe }))],
    ['a brand', (probe) => renderSignIn(aSignIn({ setting: { ...aSetting(), brand: probe } }))],
    ['the way to the root', (probe) => renderSignIn(aSignIn({ setting: { ...aSetting(), root: probe } }))],
    ['the application of a return', (probe) => renderReturn(aReturn({ applicationName: probe }))],
    ['a code', (probe) => renderReturn(aReturn({ code: probe }))],
    ['the address of an application', (probe) => renderReturn(aReturn({ appUrl: probe }))],
    ['the id of a request', (probe) => renderError({ setting: aSetting(), code: 'fault', requestId: probe })],
    ['the name of an account', (probe) => renderAccount(anAccount({ name: probe }))],
    ['the id of an account', (probe) => renderAccount(anAccount({ accountId: probe }))],
    ['a login id', (probe) => renderAccount(anAccount({ loginIds: [probe] }))],
    ['an organisation', (probe) => renderAccount(anAccount({ organisation: probe }))],
    ['a role', (probe) => renderAccount(anAccount({ roles: [probe] }))],
    [
      'an application that has tokens',
      (probe) => renderAccount(anAccount({ applications: [{ id: probe, name: probe, startedAt: 0, lastUsedAt: 0 }] })),
    ],
    ['a number that was typed', (probe) => renderChangeNumber({ setting: aSetting(), formToken: 'a', phone: probe })],
    [
      'a number that a code was sent to',
      (probe) => renderConfirmNumber({ setting: aSetting(), formToken: 'a', codeId: probe, number: probe }),
    ],
    ...(['addressBlock', 'device', 'applicationName'] as const).map((field): readonly [string, (probe: string) => Page] => [
      `the ${field} of an event`,
      (probe) => renderActivity(anActivity({ events: anActivity().events.map((event) => ({ ...event, [field]: probe })) })),
    ]),
    ['a form token', (probe) => renderAccount(anAccount({ formToken: probe }))],
    ['the way from the account to the root', (probe) => renderAccount(anAccount({ setting: { ...aSetting(), root: probe } }))],
    ['the way from a sign-out to the root', (probe) => renderSignedOut({ setting: { ...aSetting(), root: probe } })],
  ]
  const harmless = 'HARMLESS'

  it.each(fields)('%s', (_field, render) => {
    const expected = render(harmless).html
    expect(expected).toContain(harmless)
    for (const probe of PROBES) {
      const { html } = render(probe)
      expect(html, probe).toBe(expected.replaceAll(harmless, escaped(probe)))
    }
  })

  it('an address that no header can hold is not in one', () => {
    expect(renderReturn(aReturn()).headers.refresh).toBe(`0; url=${aReturn().appUrl}`)
    for (const appUrl of ['app://a\r\nset-cookie: a', 'app://a b', 'app://ä']) {
      expect(renderReturn(aReturn({ appUrl })).headers).not.toHaveProperty('refresh')
    }
  })
})

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&#34;').replaceAll("'", '&#39;')
}

describe('the sign-in page', () => {
  it('says who asks and for what, a permission that it does not know as it is', () => {
    const { html } = renderSignIn(aSignIn({ applicationName: 'Phone', scopes: ['smarthub', 'smarthub.other', 'other'] }))
    expect(html).toContain('<h1>Sign in to Phone</h1>')
    expect(html).toContain('<li>use your telephony services for you</li>')
    expect(html).toContain('<code>smarthub.other</code>')
    expect(html.match(/use this permission:/g)).toHaveLength(2)
  })

  it('names nobody and asks for nothing where a person signs in to their own account', () => {
    const { html } = renderSignIn(aSignIn({ applicationName: undefined, offersCancel: false }))
    expect(html).toContain('<h1>Sign in to your account</h1>')
    expect(html).not.toMatch(/<li>use|value="cancel"/)
  })

  it('says at both fields, and nowhere which, that the name or the password is wrong', () => {
    const { html } = renderSignIn(aSignIn({ loginHint: 'annika', problem: { kind: 'wrong_name_or_password' } }))
    expect(html).toContain('<p id="problem" class="problem" role="alert">The name or the password is not right.')
    expect(html.match(/aria-describedby="problem" aria-invalid="true"/g)).toHaveLength(2)
    expect(html).toContain('<title>Sign-in did not work')
  })

  it.each([
    [{ kind: 'throttled', retryAfterSeconds: 42 } as const, 'try again in 42 seconds.'],
    [{ kind: 'throttled', retryAfterSeconds: 61 } as const, 'try again in 2 minutes.'],
    [{ kind: 'signed_out' } as const, 'signed out in the meantime.'],
  ])('blames no field for %o', (problem, text) => {
    const { html } = renderSignIn(aSignIn({ problem }))
    expect(html).toContain(text)
    expect(html.match(/aria-describedby="problem"/g)).toHaveLength(2)
    expect(html).not.toContain('aria-invalid')
  })

  it('begins at the login name, and at the password where the name is known', () => {
    const focused = (loginHint: string | undefined) =>
      /<input id="(\w+)"[^>]* autofocus/.exec(renderSignIn(aSignIn({ loginHint })).html)?.[1]
    expect([focused(undefined), focused(''), focused('annika')]).toEqual(['login', 'login', 'password'])
  })

  it('asks who is signed in for no password', () => {
    const { html } = renderSignIn(aSignIn({ signedInAs: 'Annika' }))
    expect(html).not.toContain('type="password"')
    expect([...html.matchAll(/name="answer" value="(\w+)"/g)].map(([, answer]) => answer)).toEqual(['go_on', 'ask_again', 'cancel'])
  })

  it('has its main button before all others', () => {
    const { html } = renderSignIn(aSignIn())
    expect([...html.matchAll(/<button[^>]* value="(\w+)"/g)].map(([, value]) => value)).toEqual(['password', 'cancel', 'de', 'hi'])
  })
})

describe('the account page', () => {
  it('leaves out what an account does not have', () => {
    const { html } = renderAccount(anAccount({ name: undefined, organisation: undefined, roles: [] }))
    expect(html).toContain('<dd>Not given</dd>')
    expect(html).not.toMatch(/<dt>(?:Organisation|Roles)/)
  })
})

describe('the style sheet', () => {
  it('is named after its content, so that it may be kept for ever', () => {
    const hash = createHash('sha256').update(STYLE_SHEET.content).digest('hex')
    expect(STYLE_SHEET.path).toBe(`/assets/style.${hash.slice(0, 16)}.css`)
    expect(STYLE_SHEET.headers['cache-control']).toContain('immutable')
  })

  it('has a rule for every class that a page uses, and loads nothing', () => {
    const used = new Set(
      everyPage.flatMap(({ page }) => [...page.html.matchAll(/ class="([^"]+)"/g)].flatMap(([, names]) => names?.split(' ') ?? [])),
    )
    for (const name of used) expect(STYLE_SHEET.content).toMatch(new RegExp(`\\.${name}\\b`))
    expect(STYLE_SHEET.content).not.toMatch(/url\(|@import/)
  })
})

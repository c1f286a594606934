import { describe, expect, test } from 'vitest'
import { PAGE_TRANSPORT_ERRORS, settingFor, settingOf } from './pages.ts'

describe('a page', () => {
  test.each([
    ['/', './'],
    ['/account', './'],
    ['/account/', '../'],
    ['/oauth2/auth', '../'],
    ['/account/sign-out', '../'],
    ['/user/api/v2/login-complete', '../../../'],
  ])('at %s finds the root of its tenant at %s', (path, root) => {
    expect(settingOf(path, undefined).root).toBe(root)
    expect(new URL(`${root}account`, `https://tokens.example/t/demo${path}`).href).toBe('https://tokens.example/t/demo/account')
  })

  test('is in the language that was asked for, else in one of the browser’s', () => {
    const request = { url: '/oauth2/auth?ui_locales=hi', headers: { 'accept-language': 'de' } }
    expect(settingFor(request, 'hi')).toEqual({ language: 'hi', root: '../' })
    expect(settingFor(request)).toEqual({ language: 'de', root: '../' })
    expect(settingFor({ url: '/account', headers: {} })).toEqual({ language: 'en', root: './' })
  })

  test('that tells what went wrong on the way names the request and nothing of it', () => {
    const { tenant_disabled: disabled, ...errors } = PAGE_TRANSPORT_ERRORS
    expect(disabled).toBe('as_unknown')
    const probe = '/account/"><script>'
    for (const encode of Object.values(errors)) {
      const { body, headers } = encode('0123456789ab', { path: probe, acceptLanguage: probe })
      expect(body).toContain('<code>0123456789ab</code>')
      expect(body).not.toContain('script')
      expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'x-frame-options': 'DENY', 'cache-control': 'no-store' })
    }
  })
})

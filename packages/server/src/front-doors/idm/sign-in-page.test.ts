/** What golden exchanges (vectors/idm) cannot show of the page: what use cases are given, every refusal, and what is never shown. */
import { describe, expect, test } from 'vitest'
import { Unavailable } from '../../domain/fault.ts'
import { accept, refuse } from '../../domain/outcome.ts'
import type { RedirectUri } from '../../domain/redirect-uri.ts'
import { appsOfTenant } from '../../http/testing/apps-of-tenant.ts'
import { expectPage } from '../../http/testing/page-answer.ts'
import { aTenant, type TestApp } from '../../http/testing/start-app.ts'
import type {
  AnswerSignIn,
  AskForSignIn,
  AuthorizationAnswer,
  AuthorizationRefusal,
  SignInPrompt,
  SignInResult,
} from '../../use-cases/use-cases.ts'

const tenant = aTenant({ doors: ['idm'] })
const anApp = appsOfTenant(tenant)
const ISSUER = encodeURIComponent('https://tokens.example/t/demo')
const FORM = 'Content-Type: application/x-www-form-urlencoded'
const PAGE = 'GET /oauth2/auth'
const PROBE = `"'><script>alert(1)</script>{{7*7}}&lt;`

function aPrompt(given: Partial<SignInPrompt> = {}): SignInPrompt {
  return {
    applicationName: 'An app',
    scopes: ['smarthub'],
    sealedRequest: 'sealed',
    cookie: { name: '__Host-sign-in-a', value: 'key' },
    loginHint: undefined,
    signedInAs: undefined,
    formTargets: ['https://web.example'],
    ...given,
  }
}

const REDIRECT_URI = 'https://web.example/back?a=b' as RedirectUri
const anAnswer: AuthorizationAnswer = { redirectUri: REDIRECT_URI, state: 'a state', result: { code: 'the-code' } }
const anEnd: Extract<SignInResult, { kind: 'answered' }> = {
  kind: 'answered',
  answer: anAnswer,
  cookie: undefined,
  cookieName: '__Host-sign-in-a',
  browserSession: undefined,
  device: undefined,
}
const post = (app: TestApp, body: string, ...headers: string[]) => app.ask('POST /oauth2/auth', [FORM, ...headers], body)
const asking = (prompt = aPrompt()) => ({ askForSignIn: async () => accept(prompt) }) as const
const answering = (result: SignInResult) => ({ answerSignIn: async () => accept(result) }) as const

describe('a request for a sign-in', () => {
  test('is given to the use case parameter by parameter, with the cookies of the browser', async () => {
    const given: Parameters<AskForSignIn>[0][] = []
    const app = await anApp({
      askForSignIn: async (request) => {
        given.push(request)
        return accept(aPrompt())
      },
    })
    const names = [
      'client_id',
      'redirect_uri',
      'response_type',
      'response_mode',
      'scope',
      'state',
      'code_challenge',
      'code_challenge_method',
    ]
    const query = [...names, 'prompt', 'login_hint', 'max_age', 'nonce', 'claims'].map((name) => `${name}=the+${name}`).join('&')
    await app.ask(`${PAGE}?${query}`, ['Cookie: a=1; __Host-session-demo=s; __Host-session-other=t'])
    const authorization = {
      clientId: 'the client_id',
      redirectUri: 'the redirect_uri',
      responseType: 'the response_type',
      responseMode: 'the response_mode',
      scope: 'the scope',
      state: 'the state',
      codeChallenge: 'the code_challenge',
      codeChallengeMethod: 'the code_challenge_method',
      prompt: 'the prompt',
      loginHint: 'the login_hint',
      maxAge: 'the max_age',
    }
    expect(given).toMatchObject([{ tenant, purpose: { kind: 'application', authorization }, browserSession: 's' }])
    expect(given[0]?.cookieOf('a')).toBe('1')
  })

  test('is answered with a page that may send its form on to the application, and a cookie for ten minutes', async () => {
    const answer = await (await anApp(asking())).ask(PAGE)
    expectPage(answer, 200, ['https://web.example'])
    expect(answer.headers.get('set-cookie')).toBe('__Host-sign-in-a=key; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=600')
    expect(answer.body).toContain('<form id="sign-in" method="post" action="../oauth2/auth">')
    expect(answer.body).toContain('<input type="hidden" name="request" value="sealed"/>')
  })

  const REFUSALS: { readonly [C in AuthorizationRefusal['code']]: string | undefined } = {
    client_unknown: 'We do not know this application',
    redirect_uri_unknown: 'We do not know where to send you back to',
    answered_to_application: undefined,
  }
  test.each(Object.entries(REFUSALS))('that is refused as %s is told to whom it may be told', async (code, title) => {
    const error = { error: 'invalid_scope', description: 'not this "scope"' } as const
    const refusal = { code, logDetail: 'hidden', answer: { ...anAnswer, result: error } } as AuthorizationRefusal
    const answer = await (await anApp({ askForSignIn: async () => refuse(refusal) })).ask(PAGE)
    expect(answer.body).not.toContain('hidden')
    expect(answer.headers.has('set-cookie')).toBe(false)
    if (title === undefined) {
      const query = `error=invalid_scope&error_description=not%20this%20%22scope%22&state=a%20state&iss=${ISSUER}`
      expect([answer.status, answer.headers.get('location')]).toEqual([302, `https://web.example/back?a=b&${query}`])
    } else {
      expectPage(answer, 400)
      expect(answer.body).toContain(`<h1>${title}</h1>`)
      expect(answer.headers.has('location')).toBe(false)
    }
  })

  test('S93: in trouble of every kind is answered with a page that stands in no frame', async () => {
    const busy = await anApp({ askForSignIn: async () => Promise.reject(new Unavailable('busy', 7)) })
    const answer = await busy.ask(PAGE)
    expectPage(answer, 503)
    expect(answer.headers.get('retry-after')).toBe('7')
    const broken = await anApp({ askForSignIn: async () => Promise.reject(new Error('a bug')) })
    const fault = await broken.ask(PAGE)
    expectPage(fault, 500)
    expect(fault.body).toContain(`<code>${fault.headers.get('x-request-id')}</code>`)
    expectPage(await broken.ask('DELETE /oauth2/auth'), 405)
    expectPage(await broken.ask('POST /oauth2/auth', ['Content-Type: application/json'], '{}'), 415)
    expectPage(await broken.ask('POST /oauth2/auth', [FORM], 'a'.repeat(65_537)), 413)
    expectPage(await broken.ask(`${PAGE}?state=%zz`), 400)
    expectPage(await broken.ask(PAGE, ['Authorization: a', 'Authorization: b']), 400)
  })
})

describe('S94: what is not ours stands on a page as text', () => {
  test('whatever an application, a person or a hint is called', async () => {
    const prompt = aPrompt({ applicationName: PROBE, scopes: [PROBE], sealedRequest: PROBE, loginHint: PROBE })
    for (const one of [prompt, { ...prompt, signedInAs: PROBE }]) {
      const { body } = await (await anApp(asking(one))).ask(PAGE)
      expect(body).toContain('alert(1)')
      expect(body).not.toMatch(/<script|"'>/)
    }
  })

  test('and of the address and the form nothing but the name that was typed', async () => {
    const probe = encodeURIComponent(PROBE)
    const names = ['client_id', 'redirect_uri', 'scope', 'state', 'prompt', 'nonce', 'ui_locales', 'login_hint', 'error_description', 'x']
    const app = await anApp({ ...asking(), ...answering({ kind: 'asked_again', prompt: aPrompt(), problem: { kind: 'password' } }) })
    const page = await app.ask(`${PAGE}?${names.map((name) => `${name}=${probe}`).join('&')}`, [`Accept-Language: ${PROBE}`])
    expectPage(page, 200, ['https://web.example'])
    expect(page.body).not.toContain('alert(1)')
    const again = await post(
      app,
      ['request', 'answer', 'password', 'language', 'ui_locales', 'x'].map((name) => `${name}=${probe}`).join('&'),
    )
    expect(again.body).not.toContain('alert(1)')
    const typed = await post(app, `login=${probe}`)
    expect(typed.body).toContain('alert(1)')
    expect(typed.body).not.toMatch(/<script|"'>/)
  })
})

describe('the language of the page', () => {
  const langOf = async (query: string, ...headers: string[]) =>
    /<html lang="(..)">/.exec((await (await anApp(asking())).ask(`${PAGE}${query}`, headers)).body)?.[1]
  test('is one of the browser’s', async () => {
    expect(await langOf('', 'Accept-Language: fr, de;q=0.5')).toBe('de')
    expect(await langOf('')).toBe('en')
  })
  test('is the one that the application asks for before those', async () => {
    expect(await langOf('?ui_locales=fr+hi', 'Accept-Language: de')).toBe('hi')
    expect(await langOf('?ui_locales=fr', 'Accept-Language: de')).toBe('de')
  })
  test('is the one of a button before all, and stays', async () => {
    const again: SignInResult = { kind: 'asked_again', prompt: aPrompt(), problem: undefined }
    const app = await anApp(answering(again))
    const langAfter = async (body: string) => {
      const answer = await post(app, body, 'Accept-Language: de')
      const shown = /name="ui_locales" value="(..)"/.exec(answer.body)?.[1]
      return [/<html lang="(..)">/.exec(answer.body)?.[1], shown, answer.headers.get('content-language')]
    }
    expect(await langAfter('request=a&language=hi&ui_locales=en')).toEqual(['hi', 'hi', 'hi'])
    expect(await langAfter('request=a&ui_locales=en&answer=password')).toEqual(['en', 'en', 'en'])
    expect(await langAfter('request=a')).toEqual(['de', 'de', 'de'])
  })
})

describe('the answer of the person', () => {
  test.each([
    ['answer=password&login=+Olga&password=+p+', { kind: 'password', login: ' Olga', password: ' p ' }],
    ['answer=password', { kind: 'password', login: '', password: '' }],
    ['answer=go_on', { kind: 'go_on' }],
    ['answer=ask_again', { kind: 'ask_for_password' }],
    ['answer=cancel', { kind: 'cancel' }],
    ['language=de&login=a&password=b', { kind: 'ask_again' }],
    ['', { kind: 'ask_again' }],
    ['answer=constructor', { kind: 'ask_again' }],
  ])('"%s" is given to the use case as what it is', async (fields, expected) => {
    const given: Parameters<AnswerSignIn>[0][] = []
    const app = await anApp({
      answerSignIn: async (request) => {
        given.push(request)
        return accept(anEnd)
      },
    })
    const answer = await post(app, `request=sealed&${fields}`, 'Cookie: a=1; __Host-session-demo=s')
    const requestId = answer.headers.get('x-request-id')
    expect(given).toMatchObject([
      { tenant, door: 'idm', sealedRequest: 'sealed', browserSession: 's', answer: expected, caller: { requestId } },
    ])
    expect(given[0]?.cookieOf('a')).toBe('1')
  })

  test('S64: sends the browser on with 303, so that no other place gets the password', async () => {
    const answer = await post(await anApp(answering(anEnd)), 'request=a')
    expect([answer.status, answer.body]).toEqual([303, ''])
    expect(answer.headers.get('location')).toBe(`https://web.example/back?a=b&code=the-code&state=a%20state&iss=${ISSUER}`)
    expect(answer.headers.get('set-cookie')).toBe('__Host-sign-in-a=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0')
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  test('leaves the browser what it needs on its way back, and the session if there is one', async () => {
    const cookie = { name: '__Host-sign-in-a', value: 'next' }
    const browserSession = { value: 'session', expiresInSeconds: 43_200 }
    const answer = await post(await anApp(answering({ ...anEnd, cookie, browserSession })), 'request=a')
    const attributes = 'Path=/; Secure; HttpOnly; SameSite=Lax'
    expect(answer.headers.get('set-cookie')).toBe(
      `__Host-sign-in-a=next; ${attributes}; Max-Age=600, __Host-session-demo=session; ${attributes}; Max-Age=43200`,
    )
  })

  test('leads to the person’s own page where it was for that, wherever the tenant lies', async () => {
    const answer = await post(await anApp(answering({ ...anEnd, answer: undefined })), 'request=a')
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '../account'])
  })

  test.each([
    ['password', { kind: 'password' }, 403, undefined],
    ['throttled', { kind: 'throttled', retryAfterSeconds: 42 }, 429, '42'],
    ['signed_out', { kind: 'signed_out' }, 403, undefined],
  ] as const)('with the problem %s shows the page again', async (_kind, problem, status, retryAfter) => {
    const app = await anApp(answering({ kind: 'asked_again', prompt: aPrompt(), problem }))
    const answer = await post(app, 'request=a&answer=password&login=olga&password=hunter2')
    expectPage(answer, status, ['https://web.example'])
    expect([answer.headers.get('retry-after'), answer.headers.has('location')]).toEqual([retryAfter, false])
    expect(answer.body).toContain('role="alert"')
    expect(answer.body).toContain('value="olga"')
    expect(answer.body).not.toContain('hunter2')
  })

  test('to a page that can no longer be used is told so', async () => {
    const answer = await post(await anApp({ answerSignIn: async () => refuse({ code: 'sign_in_request_invalid' }) }), 'request=a')
    expectPage(answer, 400)
    expect(answer.body).toContain('This sign-in can no longer be used')
  })

  test.each([
    ['Origin: https://evil.example'],
    ['Origin: null'],
    ['Sec-Fetch-Site: cross-site'],
    ['Sec-Fetch-Site: same-site'],
    ['Sec-Fetch-Site: none'],
  ])('S91: from elsewhere (%s) is 403 before anybody looks at it', async (header) => {
    const app = await anApp() // no use case may be called
    expectPage(await post(app, 'request=a', header), 403)
    expectPage(await app.ask('POST /account/sign-out', [FORM, header], 'formToken=a'), 403)
  })

  test('S98: by another method than it says is none', async () => {
    const app = await anApp(asking())
    for (const header of ['X-HTTP-Method-Override: POST', 'X-HTTP-Method: POST', 'X-Method-Override: POST'])
      expectPage(await app.ask(`${PAGE}?_method=POST&request=a&answer=cancel`, [header]), 200, ['https://web.example'])
  })
})

test('S63: no parameter is a place to go', async () => {
  const app = await anApp({ ...asking(), ...answering({ ...anEnd, answer: undefined }) })
  const names = ['next', 'returnTo', 'return_to', 'continue', 'redirect', 'url', 'post_logout_redirect_uri', 'logout_uri']
  for (const place of ['https://evil.example', '//evil.example', '/\\evil.example', '/%09/evil.example', 'https:/evil.example']) {
    const fields = names.map((name) => `${name}=${encodeURIComponent(place)}`).join('&')
    const page = await app.ask(`${PAGE}?${fields}`, ['X-Forwarded-Host: evil.example', 'Referer: https://evil.example'])
    expect(`${page.head}${page.body}`).not.toContain('evil')
    expect((await post(app, `request=a&${fields}`)).headers.get('location')).toBe('../account')
    const link = await app.ask(`GET /account/sign-out?${fields}`)
    expect([link.status, link.headers.get('location')]).toEqual([303, '../account'])
  }
})

import type { Language } from './page.ts'

/** `https://host`, `https://host:port`, `http://127.0.0.1:*`, or a scheme by itself (https://www.w3.org/TR/CSP3/#framework-directive-source-list). */
const SOURCE_EXPRESSION = /^[a-z][a-z0-9+.-]*:(?:\/\/[a-z0-9.[\]:-]+(?::\*)?)?$/i

/**
 * The headers that no page may be without: it loads only our style sheet, runs nothing but a script of ours, if it has one, sends forms only where it says, stands in no
 * frame, is kept nowhere, and tells nobody where its reader came from.
 * @param formTargets where an answer to its form may send the browser on to, as source expressions: browsers apply `form-action` to redirects too
 * @param hasScript whether it runs a file of this server, which may ask this server and nobody else
 */
export function pageHeaders(language: Language, formTargets: readonly string[] = [], hasScript = false): Record<string, string> {
  const unfit = formTargets.filter((target) => !SOURCE_EXPRESSION.test(target))
  if (unfit.length > 0) throw new Error('a form target is no source expression of a content security policy')
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-language': language,
    'content-security-policy': [
      "default-src 'none'",
      "style-src 'self'",
      ...(hasScript ? ["script-src 'self'", "connect-src 'self'"] : []),
      ["form-action 'self'", ...formTargets].join(' '),
      "frame-ancestors 'none'",
      "base-uri 'none'",
    ].join('; '),
    'cache-control': 'no-store',
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
    'referrer-policy': 'no-referrer',
    vary: 'accept-language',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  }
}

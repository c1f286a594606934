/** What every page bears, one that tells of an error too (cases S93 to S95). */
import { expect } from 'vitest'
import type { RawAnswer } from '../../../../../vectors/raw-socket.ts'

/** The policies of a page that sends forms to ourselves and, beside that, to `targets`. */
export function expectPage(answer: RawAnswer, status: number, targets: readonly string[] = []): void {
  expect(answer.status).toBe(status)
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': [
      "default-src 'none'",
      "style-src 'self'",
      ["form-action 'self'", ...targets].join(' '),
      "frame-ancestors 'none'",
      "base-uri 'none'",
    ].join('; '),
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    pragma: 'no-cache',
    'x-content-type-options': 'nosniff',
  })
  expect(answer.headers.has('access-control-allow-origin')).toBe(false)
  expect(answer.body).not.toMatch(/<script|<iframe|<img|\sstyle=|\son[a-z]+=|javascript:/i)
}

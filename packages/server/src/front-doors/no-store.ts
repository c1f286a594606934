/** On every answer that bears a token, and on every error (RFC 6749, section 5.1). `http/` adds them unless a route declares otherwise. */
export const NO_STORE = { 'cache-control': 'no-store', pragma: 'no-cache' } as const

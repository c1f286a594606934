/** An application of VPaaS, as a program of its own: starts a login, exchanges its code, and goes on with the tokens. */
import type { Answer, Caller } from './caller.ts'

export interface VpaasTokens {
  readonly accessToken: string
  readonly refreshToken: string
}

export interface VpaasProgram {
  /** @returns the address for a browser */
  startLogin(more?: string): Promise<string>
  exchange(authCode: string, more?: Readonly<Record<string, string>>): Promise<Answer>
  askWhose(accessToken: string): Promise<Answer>
  refresh(refreshToken: string): Promise<Answer>
}

export function createVpaasProgram(
  { call }: Pick<Caller, 'call'>,
  { apiKey, clientId }: { readonly apiKey: string; readonly clientId: string },
): VpaasProgram {
  const post = (path: string, body: object) =>
    call(`/user/api/v2/${path}`, {
      method: 'POST',
      headers: { apikey: apiKey, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  return {
    async startLogin(more = '') {
      const { status, headers, text } = await call(`/user/api/v2/login?clientId=${clientId}&scope=CompApp${more}`, {
        headers: { apikey: apiKey },
      })
      if (headers.location === undefined) throw new Error(`login answers ${status}: ${text}`)
      return headers.location
    },
    exchange: (authCode, more = {}) => post('exchange-auth-code', { authCode, clientId, ...more }),
    askWhose: (accessToken) => call('/user/api/v1/', { headers: { apikey: apiKey, authorization: `Bearer ${accessToken}` } }),
    refresh: (refreshToken) => post('refresh-platform-token', { clientId, refreshToken }),
  }
}

/** The tokens of an answer that must have them. */
export function vpaasTokensOf({ status, text }: Answer): VpaasTokens {
  if (status !== 200) throw new Error(`no tokens came with ${status}: ${text}`)
  return JSON.parse(text)
}

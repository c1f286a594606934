import { digestText } from '../domain/browser-cookie.ts'
import { accept, refuse } from '../domain/outcome.ts'
import type { IdentityProvider } from '../identity-providers/identity-provider.ts'
import type { OneUseThings } from '../store/one-use-things.ts'
import { identify, readContent } from './codes.ts'

/** What the built-in identity provider does with a code of its own: consumed once, in the browser that has finished the page. */
export function createRedeemCode({ oneUseThings }: { readonly oneUseThings: OneUseThings }): IdentityProvider['redeem'] {
  return async ({ tenant, applicationId, callback, code, browserKey, at }) => {
    if (browserKey === undefined) return refuse({ code: 'code_refused' })
    const holder = { kind: 'callback', applicationId, callback, browserKeyDigest: digestText(browserKey) } as const
    const answer = await oneUseThings.consume({ ...identify(tenant.id, code, holder), at, outcome: 'redeemed' })
    if (answer.kind !== 'consumed') return refuse({ code: 'code_refused' })
    const { sessionId, grantEnds } = readContent(answer.payload)
    return accept({ sessionId, grantEnds })
  }
}

import { canSignInAtPage, type PageSignIn } from '../domain/application.ts'
import { accept, type Outcome, refuse } from '../domain/outcome.ts'
import { parseRedirectUris } from '../domain/redirect-uri.ts'
import type { Clock } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { Applications } from '../store/applications.ts'
import type { FindByName } from './find-by-name.ts'
import type { PageSignInRefusal, SaidOfPageSignIn, SetPageSignIn } from './use-cases.ts'

interface Deps {
  readonly clock: Clock
  readonly applications: Applications
  readonly events: Events
  readonly findByName: FindByName
}

/** Says anew how people sign in for an application at our page. Codes that are under way meet the new addresses. */
export function createSetPageSignIn({ clock, applications, events, findByName }: Deps): SetPageSignIn {
  return async ({ tenant, clientId, ...said }) => {
    const found = await findByName.application(tenant, clientId)
    if (!found.ok) return found
    const application = found.value
    if (!canSignInAtPage(application)) return refuse({ code: 'page_sign_in_unsuited' })
    const chosen = choosePageSignIn(application.pageSignIn, said)
    if (!chosen.ok) return chosen
    const pageSignIn = chosen.value
    const occasion = { at: clock.now(), tenantId: application.tenantId, actor: 'operator', subject: application.id }
    const set = events.pageSignInSet(occasion, { ...pageSignIn, redirectUris: pageSignIn.redirectUris.join(' ') })
    if (!(await applications.setPageSignIn(application.id, pageSignIn, set.audit))) return refuse({ code: 'application_not_found' })
    events.publish(set)
    return accept({ ...application, pageSignIn })
  }
}

/** What was said, on what there was. */
export function choosePageSignIn(
  before: PageSignIn,
  { redirectUris, requiresPkce = before.requiresPkce, showsCode = before.showsCode }: SaidOfPageSignIn,
): Outcome<PageSignIn, PageSignInRefusal> {
  const parsed = redirectUris === undefined ? accept(before.redirectUris) : parseRedirectUris(redirectUris)
  return parsed.ok ? accept({ redirectUris: parsed.value, requiresPkce, showsCode }) : parsed
}

import type { Application } from '../../domain/application.ts'
import { createView, instant } from '../view.ts'

/** What is shown of an application: all but its secret. */
export const APPLICATION = createView<Application>()(
  {
    id: (application) => application.id,
    clientId: (application) => application.clientId,
    name: (application) => application.name,
    organisationId: (application) => application.organisationId ?? null,
    type: (application) => application.type,
    signInDoor: (application) => application.signInDoor ?? null,
    scope: (application) => application.scope,
    audience: (application) => application.audience,
    webOrigins: (application) => application.webOrigins,
    redirectUris: ({ pageSignIn }) => pageSignIn.redirectUris,
    pkce: ({ pageSignIn }) => (pageSignIn.requiresPkce ? 'required' : 'optional'),
    showsCode: ({ pageSignIn }) => pageSignIn.showsCode,
    checks: (application) => application.checks,
    passwordGrant: (application) => application.passwordGrant,
    tokenFormat: (application) => application.tokenFormat,
    algorithm: (application) => application.algorithm,
    accessSeconds: (application) => application.lifetimes.accessSeconds,
    idleSeconds: (application) => application.lifetimes.idleSeconds,
    absoluteSeconds: (application) => application.lifetimes.absoluteSeconds,
    refreshPolicy: ({ refreshPolicy }) => refreshPolicy.name,
    windowSeconds: ({ refreshPolicy }) => (refreshPolicy.name === 'device' ? null : refreshPolicy.windowSeconds),
    enabled: (application) => application.enabled,
    createdAt: (application) => instant(application.createdAt),
  },
  ['clientId', 'name', 'type', 'signInDoor', 'tokenFormat', 'refreshPolicy', 'checks', 'passwordGrant', 'enabled', 'createdAt'],
)

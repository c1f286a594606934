/** The programs of the field against a running demo: Keycloak's own client for Node, and a certified OpenID Connect client. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import express from 'express'
import Keycloak from 'keycloak-connect'
import * as openid from 'openid-client'
import { beforeAll, describe, expect, it } from 'vitest'
import { readDemo } from './demo-settings.ts'
import { type Installation, openStage } from './launch.ts'

const stage = openStage()
const SECRET_CLIENT = 'voipex-api'

let installation: Installation
let realmUrl: string
let baseUrl: string
let username: string
let password: string
let clientSecret: string
beforeAll(async () => {
  installation = stage.newInstallation()
  await installation.serve({ demo: true })
  ;({ baseUrl, username, password } = readDemo(installation).voipex)
  realmUrl = `${baseUrl}/realms/demo`
  const made = await installation.ask(
    'application',
    'create',
    SECRET_CLIENT,
    '--door',
    'voipex',
    '--type',
    'confidential',
    '--checks',
    'tenant',
  )
  const { secret } = made
  clientSecret = String(secret)
})

function aKeycloak(settings: object): Keycloak.Keycloak {
  return new Keycloak({}, {
    realm: 'demo',
    'auth-server-url': baseUrl,
    'ssl-required': 'none',
    'confidential-port': 0,
    resource: 'api',
    ...settings,
  } as Keycloak.KeycloakConfig)
}

describe('keycloak-connect', () => {
  it('protects a route of an Express application with our tokens and our roles', async () => {
    const keycloak = aKeycloak({ 'bearer-only': true })
    const api = express()
    api.use(keycloak.middleware())
    api.get('/any', keycloak.protect(), (_request, response) => void response.send('any'))
    api.get('/switchboard', keycloak.protect('realm:switchboard'), (_request, response) => void response.send('switchboard'))
    api.get('/admin', keycloak.protect('realm:admin'), (_request, response) => void response.send('admin'))
    const server = api.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const ask = async (path: string, token?: string) =>
      (await fetch(`http://127.0.0.1:${port}${path}`, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } })).status
    const grant = await aKeycloak({ 'public-client': true }).grantManager.obtainDirectly(username, password)
    const token = tokenIn(grant.access_token)
    expect([await ask('/any', token), await ask('/switchboard', token), await ask('/admin', token)]).toEqual([200, 200, 403])
    const forged = `${token.slice(0, -4)}${token.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`
    expect([await ask('/any'), await ask('/any', forged), await ask('/any', tokenIn(grant.refresh_token))]).toEqual([403, 403, 403])
    server.close()
  })

  it('gets a grant by password, refreshes it, asks who it is, and has it checked', async () => {
    const { grantManager } = aKeycloak({ 'public-client': true })
    const grant = await grantManager.obtainDirectly(username, password)
    expect(await grantManager.userInfo(grant.access_token ?? '')).toMatchObject({ preferred_username: username, name: 'Demo switchboard' })
    const before = tokenIn(grant.refresh_token)
    Object.assign(grant.access_token ?? {}, { isExpired: () => true }) // so that it refreshes now
    const fresh = await grantManager.ensureFreshness(grant)
    expect(tokenIn(fresh.refresh_token)).not.toBe(before)
    const checking = aKeycloak({ resource: SECRET_CLIENT, secret: clientSecret }).grantManager
    expect(await checking.validateAccessToken(fresh.access_token ?? '')).toBeTruthy()
    expect(await checking.validateAccessToken('garbage')).toBe(false)
  })

  it('is told what is wrong with a password', async () => {
    await expect(aKeycloak({ 'public-client': true }).grantManager.obtainDirectly(username, 'wrong')).rejects.toThrow('401')
  })
})

function tokenIn(token: unknown): string {
  if (typeof token === 'object' && token !== null && 'token' in token && typeof token.token === 'string') return token.token
  throw new Error('the grant has no such token')
}

describe('openid-client', () => {
  const discover = (clientId: string, authentication: openid.ClientAuth) =>
    openid.discovery(new URL(realmUrl), clientId, undefined, authentication, {
      execute: [openid.allowInsecureRequests, openid.enableNonRepudiationChecks],
    })

  it('discovers the realm, gets tokens by its generic grant request, and verifies the id token with our keys', async () => {
    const config = await discover('api', openid.None())
    const tokens = await openid.genericGrantRequest(config, 'password', { username, password, scope: 'openid' })
    expect(tokens.claims()).toMatchObject({ aud: 'api', preferred_username: username, iss: realmUrl })
    expect([tokens.expires_in, tokens.refresh_expires_in, tokens.scope]).toEqual([3000, 7200, 'openid profile email'])

    const subject = tokens.claims()?.sub ?? ''
    expect(await openid.fetchUserInfo(config, tokens.access_token, subject)).toMatchObject({ email: username })
    const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '')
    expect(refreshed.claims()?.sub).toBe(subject)

    const checker = await discover(SECRET_CLIENT, openid.ClientSecretBasic(clientSecret))
    expect(await openid.tokenIntrospection(checker, refreshed.access_token)).toMatchObject({ active: true, username })
    await openid.tokenRevocation(config, refreshed.refresh_token ?? '')
    expect(await openid.tokenIntrospection(checker, refreshed.access_token)).toEqual({ active: false })
    await expect(openid.refreshTokenGrant(config, refreshed.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
      error_description: 'Session not active',
    })
  })
})

/**
 * One process of a herd: it has a token that has run out, and some tasks that want a good one at once. Each library is used as its own
 * documents show it, with what is kept in a file that all processes share. It reads one line of orders, says that it is ready, and
 * begins with the next line.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** @typedef {{ readonly url: string, readonly refreshToken: string, readonly folder: string }} Place */
/** @typedef {() => Promise<string | null | undefined>} Task */

const CLIENT = { clientId: 'herd', clientSecret: 'herd-secret' }
const LONG_AGO = '2020-01-01T00:00:00Z'

/** @type {Readonly<Record<string, (place: Place) => Promise<Task>>>} */
const PEERS = {
  async ringkey({ url, refreshToken, folder }) {
    // Not there before the build, so that no compiler looks for it.
    const built = (/** @type {string} */ file) => import(new URL(`../../packages/client/dist/node/${file}`, import.meta.url).href)
    const { connect } = await built('index.js')
    const { fileStore } = await built('keep/file-store.js')
    const connection = await connect({ issuer: url, refreshToken, ...CLIENT }, { store: fileStore(join(folder, 'ringkey')) })
    return async () => (await connection.token()).value
  },

  async 'simple-oauth2'({ url, refreshToken, folder }) {
    const { AuthorizationCode } = await import('simple-oauth2')
    const client = new AuthorizationCode({
      client: { id: CLIENT.clientId, secret: CLIENT.clientSecret },
      auth: { tokenHost: url, tokenPath: '/token' },
    })
    const file = join(folder, 'token.json')
    let token = client.createToken(readOr(file, { access_token: 'old', refresh_token: refreshToken, expires_at: LONG_AGO }))
    return async () => {
      if (token.expired()) {
        token = await token.refresh()
        writeFileSync(file, JSON.stringify(token))
      }
      return String(token.token.access_token)
    }
  },

  async 'google-auth-library'({ url, refreshToken, folder }) {
    const { OAuth2Client } = await import('google-auth-library')
    const client = new OAuth2Client({ ...CLIENT, endpoints: { oauth2TokenUrl: `${url}/token` } })
    const file = join(folder, 'token.json')
    client.on('tokens', (tokens) => writeFileSync(file, JSON.stringify(tokens)))
    client.setCredentials(readOr(file, { access_token: 'old', refresh_token: refreshToken, expiry_date: Date.parse(LONG_AGO) }))
    return async () => (await client.getAccessToken()).token
  },

  async '@aws-sdk/token-providers'({ url, refreshToken, folder }) {
    const { nodeProvider } = await import('@aws-sdk/token-providers')
    const cache = join(folder, '.aws', 'sso', 'cache')
    mkdirSync(cache, { recursive: true })
    const config = '[default]\nsso_session = herd\n[sso-session herd]\nsso_region = eu-west-1\nsso_start_url = https://herd.invalid/start\n'
    writeFileSync(join(folder, '.aws', 'config'), config)
    const kept = { accessToken: 'old', expiresAt: LONG_AGO, refreshToken, ...CLIENT, registrationExpiresAt: '2999-01-01T00:00:00Z' }
    const file = join(cache, `${createHash('sha1').update('herd').digest('hex')}.json`)
    writeFileSync(file, JSON.stringify(readOr(file, kept)))
    const provider = nodeProvider({ profile: 'default', clientConfig: { endpoint: url } })
    return async () => (await provider()).token
  },
}

/**
 * What another process of the herd has kept, if it was there first.
 * @template Kept @param {string} file @param {Kept} otherwise @returns {Kept}
 */
function readOr(file, otherwise) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return otherwise // there is none yet, or it is half written
  }
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const { peer, tasks, ...place } = JSON.parse((await lines.next()).value)
const task = await PEERS[peer]?.(place)
process.stdout.write('ready\n')
await lines.next()
const settled = await Promise.allSettled(Array.from({ length: tasks }, async () => task?.()))
const got = settled.filter((one) => one.status === 'fulfilled' && typeof one.value === 'string' && one.value !== 'old').length
process.stdout.write(`${got}\n`)
process.exit()

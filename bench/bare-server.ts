/**
 * What Ringkey is held against: plain Fastify routes that do the work of the store and the cryptography, and nothing else. No
 * limits, no audit, no tenants, no checks of what is presented, no log. The same packages, and the same promise: an answer comes
 * after its commit is durable.
 *
 * `node --import tsx bare-server.ts <database file>`
 */
import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign, verify } from 'node:crypto'
import { hash, verify as verifyPassword } from '@node-rs/argon2'
import { DatabaseSync } from '@photostructure/sqlite'
import Fastify from 'fastify'
import { PASSWORD, PATHS } from './requests.ts'

/** Ringkey's parameters, and those of OWASP: 19 MiB, two passes, one lane. */
const ARGON2ID = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 }
const ACCESS_SECONDS = 3600

interface Claims {
  readonly iss: string
  readonly iat: number
  readonly exp: number
  readonly sid: string
  readonly generation: number
}

const TOKEN_ANSWER = {
  type: 'object',
  properties: {
    success: { type: 'boolean' },
    access_token: { type: 'string' },
    token_type: { type: 'string' },
    expires_in: { type: 'integer' },
  },
}
const INTROSPECTION_ANSWER = {
  type: 'object',
  properties: {
    active: { type: 'boolean' },
    sub: { type: 'string' },
    iss: { type: 'string' },
    iat: { type: 'integer' },
    exp: { type: 'integer' },
    sid: { type: 'string' },
  },
}
const LOGIN_BODY = {
  type: 'object',
  required: ['email', 'password'],
  properties: { email: { type: 'string' }, password: { type: 'string' } },
}

function openStore(path: string) {
  const database = new DatabaseSync(path)
  database.exec('pragma journal_mode = wal; pragma synchronous = full')
  database.exec(`create table sessions (id text primary key, account text not null, generation integer not null,
    advanced_at integer not null, expires_at integer not null) strict`)
  const insert = database.prepare('insert into sessions values (?, ?, 0, ?, ?)')
  const advance = database.prepare(
    'update sessions set generation = generation + 1, advanced_at = ?, expires_at = ? where id = ? and generation = ? and expires_at > ?',
  )
  const find = database.prepare('select account, expires_at from sessions where id = ?')
  return { database, insert, advance, find } // with the database: it is closed when nobody holds it
}

function writeToken(claims: Claims, key: KeyObject): string {
  const input = `${encode({ typ: 'JWT', alg: 'EdDSA', kid: 'bare' })}.${encode(claims)}`
  return `${input}.${sign(null, Buffer.from(input), key).toString('base64url')}`
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function readClaims(token: string): Claims {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}

function isSigned(token: string, key: KeyObject): boolean {
  const dot = token.lastIndexOf('.')
  return verify(null, Buffer.from(token.slice(0, dot)), key, Buffer.from(token.slice(dot + 1), 'base64url'))
}

const store = openStore(process.argv[2] ?? '')
const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const passwordHash = await hash(PASSWORD, ARGON2ID)
const verified = new Map<string, Claims>()
const app = Fastify()

app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
  done(null, Object.fromEntries(new URLSearchParams(String(body))))
})

function answerToken(sid: string, generation: number, at: number) {
  const iat = Math.floor(at / 1000)
  const claims = { iss: 'http://localhost/bare', iat, exp: iat + ACCESS_SECONDS, sid, generation }
  return { success: true, access_token: writeToken(claims, privateKey), token_type: 'bearer', expires_in: ACCESS_SECONDS }
}

/** One argon2id, one insert in a transaction of its own, one signature. */
app.post<{ Body: { email: string; password: string } }>(
  PATHS.login,
  { schema: { body: LOGIN_BODY, response: { 200: TOKEN_ANSWER } } },
  async (request) => {
    const { email, password } = request.body
    if (!(await verifyPassword(passwordHash, password))) throw new Error('the password is wrong')
    const at = Date.now()
    const sid = randomUUID()
    store.insert.run(sid, email, at, at + ACCESS_SECONDS * 1000)
    return answerToken(sid, 0, at)
  },
)

/** One conditional update in a transaction of its own, one signature. The token that is presented is not verified. */
app.post(PATHS.refresh, { schema: { response: { 200: TOKEN_ANSWER } } }, async (request) => {
  const { sid, generation } = readClaims(request.headers.authorization?.slice('Bearer '.length) ?? '')
  const at = Date.now()
  const { changes } = store.advance.run(at, at + ACCESS_SECONDS * 1000, sid, generation, at)
  if (changes !== 1) throw new Error('the token has been used')
  return answerToken(sid, generation + 1, at)
})

/** One verification, kept under the digest of the token, and one point read. */
app.post<{ Body: { token: string } }>(PATHS.introspect, { schema: { response: { 200: INTROSPECTION_ANSWER } } }, async (request) => {
  const { token } = request.body
  const digest = createHash('sha256').update(token).digest().toString('latin1')
  const claims = verified.get(digest) ?? (isSigned(token, publicKey) ? readClaims(token) : undefined)
  if (claims === undefined) throw new Error('the token is not signed')
  verified.set(digest, claims)
  const row = store.find.get(claims.sid)
  if (row === undefined) return { active: false }
  return {
    active: Number(row.expires_at) > Date.now(),
    sub: row.account,
    iss: claims.iss,
    iat: claims.iat,
    exp: claims.exp,
    sid: claims.sid,
  }
})

const address = await app.listen({ port: 0, host: '127.0.0.1' })
console.log(`The bare server listens on ${new URL(address).host}`)

process.once('SIGTERM', () => process.exit())

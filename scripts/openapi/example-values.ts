/**
 * What stands in an example of the documentation where a golden exchange has a placeholder: always the same, made for the purpose, and of
 * the form of the real thing. What only the tenant knows that the document is made for stays a placeholder.
 */
import { createHash } from 'node:crypto'
import { STYLE_SHEET } from '../../packages/server/src/pages/style-sheet.ts'
import { PLACEHOLDER } from '../../vectors/exchange.ts'

/** Filled in when a document is answered. */
const LEFT = new Set(['issuer', 'issuer_form', 'tenant'])

const NAMED: Readonly<Record<string, string>> = {
  application: 'app',
  email: 'olga@example.com',
  boss_email: 'boss@example.com',
  disabled_email: 'disabled@example.com',
  foreign_email: 'foreign@example.com',
  login_id: 'olga',
  phone: '+4915228817386',
  otp: '1234',
  free_phone: '+4915228895456',
  free_phone_form: '%2B4915228895456',
  phone_form: '%2B4915228817386',
  password: 'an example of a password',
  password_form: 'an+example+of+a+password',
  redirect_uri: encodeURIComponent('https://web.example/callback'),
  // RFC 7636, appendix B.
  verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
  challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  style: STYLE_SHEET.path.replace(/^.*style\.|\.css$/g, ''),
  pbx_secret: 'EXAMPLE-SECRET',
  site_secret: 'EXAMPLE-SECRET',
  checker_basic: Buffer.from('checker:EXAMPLE-SECRET').toString('base64'),
  pbx_basic: Buffer.from('pbx:EXAMPLE-SECRET').toString('base64'),
  site_basic: Buffer.from('site:EXAMPLE-SECRET').toString('base64'),
  checker_basic_wrong: Buffer.from('checker:wrong').toString('base64'),
  site_basic_wrong: Buffer.from('site:wrong').toString('base64'),
  api_key: 'EXAMPLE-API-KEY',
  checker_api_key: 'EXAMPLE-API-KEY',
  second_api_key: 'EXAMPLE-API-KEY-2',
  viewer_api_key: 'EXAMPLE-API-KEY-3',
  careful_api_key: 'EXAMPLE-API-KEY-4',
  other_api_key: 'EXAMPLE-API-KEY-5',
  disabled_api_key: 'EXAMPLE-API-KEY-6',
}

/** Of these names every captured or furnished variable is a thing of the kind. */
const KIND_OF_FURNISHED: Readonly<Record<string, string>> = {
  expired_token: 'jwt',
  permanent_token: 'jwt',
  stale_token: 'jwt',
  expired_refresh: 'jwt',
  stale_refresh: 'jwt',
  expired_state: 'jwe',
  expired_code: 'key',
}

/** Characters of base64url that belong to a name, always the same. */
function lettersOf(name: string, length: number): string {
  const digests = [0, 1, 2].map((index) => createHash('sha256').update(`example ${index} ${name}`).digest('base64url'))
  return digests.join('').slice(0, length)
}

const SUBJECT = '{"sub":"acc_0000000000000000example"}'
const JOSE = (header: string) => Buffer.from(header).toString('base64url')

function signed(header: string, name: string): string {
  return `${JOSE(header)}.${JOSE(SUBJECT)}.${lettersOf(name, 43)}`
}

/** @param before what stands before the placeholder */
const KINDS: Readonly<Record<string, (name: string, before: string) => string>> = {
  int: (_name, before) =>
    /(?:"(?:exp)":|Expires: ?|Reset: ?)$/.test(before) ? '1767229200' : /"(?:iat|nbf)":$/.test(before) ? '1767225600' : '3',
  jwt: (name) => signed('{"alg":"ES256","typ":"at+jwt"}', name),
  typ_jwt: (name) => signed('{"typ":"JWT","alg":"EdDSA"}', name),
  jwe: (name) =>
    `${JOSE('{"alg":"dir","enc":"A256GCM"}')}..${lettersOf(name, 16)}.${lettersOf(`${name} text`, 40)}.${lettersOf(`${name} tag`, 22)}`,
  uuid: (name) =>
    createHash('sha256')
      .update(name)
      .digest('hex')
      .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5'),
  token: (name) => lettersOf(name, 60),
  key: (name) => lettersOf(name, 43),
  sign_in: (name) => `__Host-sign-in-${lettersOf(name, 16)}`,
  pseudonym: (name) => lettersOf(name, 40).replace(/[-_]/g, '').slice(0, 22),
  instant: () => '2026-01-01T04:00:00.000000Z',
  word: (name, before) => (/(?:"sub":"|"id":"|X-Auth-Subject: ?)$/.test(before) ? 'acc_0000000000000000example' : lettersOf(name, 24)),
  text: () => '',
  lines: () => '…',
  date: () => 'Thu, 01 Jan 2026 00:00:00 GMT',
}

/** Placeholders that stand for more than one thing: what they stand for here, in the order of the file. */
const IN_FILE: Readonly<Record<string, readonly string[]>> = {
  'guide/50-openapi.http lines': ['"version":"0.1.0"', '"paths":{}'],
  'guide/52-openapi-again-with-another-tag.http lines': ['"info":{},"paths":{}'],
  'checking/80-public-keys.http text': ['', '"alg":"EdDSA","use":"sig"}'],
  'checking/83-public-key-as-pem.http lines': ['MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE='],
}

/** One exchange spells the password in both ways that a form may have a blank in. */
const GOLDEN_PASSWORD = /correct(?:\+|%20)horse(?:\+|%20)battery(?:\+|%20)staple/

export interface ExampleValues {
  /** @param file `folder/name.http` */
  fill(file: string, text: string): string
}

/** Of a folder, whose files are filled in their order: what one captures the next has. */
export function createExampleValues(): ExampleValues {
  const captured = new Map<string, string>()
  let anonymous = 0

  function valueNamed(name: string): string {
    const value = NAMED[name] ?? captured.get(name)
    if (value !== undefined) return value
    const kind = KINDS[KIND_OF_FURNISHED[name] ?? '']
    if (kind === undefined) throw new Error(`no example for {{${name}}}: give it one in example-values.ts`)
    return kind(name, '')
  }

  return {
    fill(file, golden) {
      const text = golden.replace(GOLDEN_PASSWORD, '{{password_form}}')
      const seen = new Map<string, number>()
      return text.replace(
        PLACEHOLDER,
        (whole, capture: string | undefined, kind: string | undefined, name: string | undefined, at: number) => {
          if (name !== undefined) return LEFT.has(name) ? whole : valueNamed(name)
          const make = KINDS[kind ?? '']
          if (make === undefined) throw new Error(`no example of the kind ${kind}`)
          const count = seen.get(kind ?? '') ?? 0
          seen.set(kind ?? '', count + 1)
          anonymous += 1
          const value = IN_FILE[`${file} ${kind}`]?.[count] ?? make(capture ?? `${file} ${anonymous}`, text.slice(0, at))
          if (capture !== undefined) captured.set(capture, value)
          return value
        },
      )
    },
  }
}

import { isIP } from 'node:net'
import { decodeBase64Url } from '../domain/base64url.ts'
import { parseUrl } from '../domain/parse-url.ts'
import { canonicalUrlHost, isHostName, isLoopbackHost, isTrustableRange } from './addresses.ts'
import type { Parsed, SettingType } from './setting.ts'

const quote = (text: string) => JSON.stringify(text)

export const LISTEN_HOST: SettingType<string> = {
  name: 'address or host name',
  parse: (text) =>
    isIP(text) !== 0 || isHostName(text)
      ? { value: text }
      : { problem: `must be an IP address or a host name without a port, not ${quote(text)}` },
  show: (host) => host,
}

export function wholeNumber(name: string, min: number, max: number): SettingType<number> {
  return {
    name: `${name} (${min} to ${max})`,
    parse(text) {
      const value = /^(0|[1-9]\d{0,8})$/.test(text) ? Number(text) : Number.NaN
      if (value >= min && value <= max) return { value }
      return { problem: `must be a ${name} from ${min} to ${max}, not ${quote(text)}` }
    },
    show: String,
  }
}

export const PORT = wholeNumber('port', 0, 65_535)

export const PORT_OR_OFF: SettingType<number | 'off'> = {
  name: `${PORT.name} or off`,
  parse(text) {
    if (text === 'off') return { value: 'off' }
    const port = PORT.parse(text)
    return 'value' in port ? port : { problem: `must be "off" or a port from 0 to 65535, not ${quote(text)}` }
  },
  show: String,
}

export const PATH: SettingType<string> = {
  name: 'path',
  parse: (text) => (text.includes('\0') ? { problem: 'must be a path' } : { value: text }),
  show: (path) => path,
}

export function oneOf<const Choice extends string>(choices: readonly Choice[]): SettingType<Choice> {
  const listed = choices.join(', ')
  return {
    name: `one of ${listed}`,
    parse(text) {
      const value = choices.find((choice) => choice === text)
      return value === undefined ? { problem: `must be one of ${listed}, not ${quote(text)}` } : { value }
    },
    show: (choice) => choice,
  }
}

/** @param read one item in its one spelling; undefined for what is none */
function listOf(name: string, what: string, read: (item: string) => string | undefined): SettingType<readonly string[]> {
  return {
    name,
    isList: true,
    parse(text): Parsed<readonly string[]> {
      const value: string[] = []
      for (const item of text.split(',').map((part) => part.trim())) {
        const canonical = read(item)
        if (canonical === undefined) return { problem: `must be ${what}, parted by commas; ${quote(item)} is none` }
        if (!value.includes(canonical)) value.push(canonical)
      }
      return { value }
    },
    show: (items) => items.join(','),
  }
}

export const HOST_NAMES = listOf('host names', 'host names or addresses without a port', canonicalUrlHost)

export const ADDRESS_RANGES = listOf('addresses or CIDR blocks', 'IP addresses or CIDR blocks (not /0, which is everybody)', (item) =>
  isTrustableRange(item) ? item.toLowerCase() : undefined,
)

/** An origin with an optional path; the value's path has no trailing slash but where it is the root. */
export const PUBLIC_URL: SettingType<URL> = {
  name: 'URL',
  parse(text) {
    const shape = /^https?:\/\/([^/?#@\\\s]+)(\/[^?#\\\s]*)?$/i.exec(text)
    const url = shape === null ? undefined : parseUrl(text)
    const host = shape?.[1]?.replace(/:\d*$/, '') ?? ''
    if (url === undefined || canonicalUrlHost(host) !== url.hostname) {
      const detail = /^[a-z]+:\/\/[^/]*@/i.test(text) ? '' : `, not ${quote(text)}`
      return { problem: `must be an http or https URL without user name, query or fragment${detail}` }
    }
    url.pathname = url.pathname.replace(/\/+$/, '')
    return { value: url }
  },
  show: (url) => url.href.replace(/\/$/, ''),
}

const MASTER_KEY_BYTES = 32

export const MASTER_KEY: SettingType<Buffer> = {
  name: '32 bytes in base64url',
  parse(text) {
    const key = decodeBase64Url(text)
    if (key?.length === MASTER_KEY_BYTES) return { value: key }
    return { problem: `must be ${MASTER_KEY_BYTES} bytes in base64url without padding (43 characters)` }
  },
  show: () => '',
}

/** A user name in an address, with escapes of ASCII characters alone. */
const ASCII_USER = /^(?:[^%]|%[2-7][0-9a-f])*$/i

/** Protocols that hand over a message; each second one is for what goes no further than this machine. */
const TEXT_SCHEMES = { safe: ['https:', 'smpps:'], onlyHere: ['http:', 'smpp:'] }

/** Where text messages go: an HTTP call, or a message centre, where the user name is the system id (at most 15 octets, SMPP 3.4, section 5.2.1). */
export const TEXT_GATEWAY_URL: SettingType<URL> = {
  name: 'URL',
  parse(text) {
    const url = parseUrl(text)
    const isSmpp = url !== undefined && /^smpps?:$/.test(url.protocol)
    const isSafe = url !== undefined && isSafeToCall(url, TEXT_SCHEMES)
    if (
      !isSafe ||
      (url.username !== '') !== isSmpp ||
      url.password !== '' ||
      url.hash !== '' ||
      !ASCII_USER.test(url.username) ||
      decodeURIComponent(url.username).length > 15
    )
      return {
        problem: 'must be an https URL without user name, or smpps://system-id@host; http and smpp only of this machine; no password in it',
      }
    return { value: url }
  },
  show: showWithoutQuery,
}

/** Where e-mail goes. By `smtp:` nothing goes on without STARTTLS, but to this machine. */
export const MAIL_SERVER_URL: SettingType<URL> = {
  name: 'URL',
  parse(text) {
    const url = parseUrl(text)
    const isPlain = url !== undefined && ['smtp:', 'smtps:'].includes(url.protocol) && url.hostname !== ''
    if (!isPlain || url.password !== '' || url.hash !== '' || url.search !== '' || !['', '/'].includes(url.pathname))
      return { problem: 'must be smtps://user@host or smtp://user@host, without a password in it' }
    if (!ASCII_USER.test(url.username)) return { problem: 'must be an address whose user name is spelled in ASCII; an @ in it is %40' }
    return { value: url }
  },
  show: showWithoutQuery,
}

function isSafeToCall(url: URL, { safe, onlyHere }: { readonly safe: readonly string[]; readonly onlyHere: readonly string[] }): boolean {
  return url.hostname !== '' && (safe.includes(url.protocol) || (onlyHere.includes(url.protocol) && isLoopbackHost(url.hostname)))
}

/** A query may hold what is nobody's business. */
function showWithoutQuery({ protocol, username, host, pathname }: URL): string {
  return `${protocol}//${username === '' ? '' : `${username}@`}${host}${pathname}`
}

export const PASSWORD_OF_ANOTHER: SettingType<string> = {
  name: 'text',
  parse: (text) => (text === '' ? { problem: 'must not be empty' } : { value: text }),
  show: () => '',
}

/** A name and an address in angle brackets, or an address alone (RFC 5322, section 3.4, without its rarer spellings). */
export const MAIL_SENDER: SettingType<string> = {
  name: 'e-mail address',
  parse: (text) =>
    /^(?:[^<>"\p{Cc},;:]* <[^\s<>@",;:]+@[^\s<>@",;:]+>|[^\s<>@",;:]+@[^\s<>@",;:]+)$/u.test(text)
      ? { value: text }
      : { problem: 'must be an e-mail address, or a name and <an address>' },
  show: (text) => text,
}

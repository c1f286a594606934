/**
 * Golden exchanges: files with a request and its answer as they stand on the wire (RFC 9112), and a replayer that sends raw bytes.
 *
 *     # Comment lines come first: where the exchange is from, and what it shows.
 *     POST {{base_path}}/v1/auth/login HTTP/1.1
 *     Host: {{host}}
 *     Content-Type: application/json
 *     Content-Length: {{content_length}}
 *
 *     {"email":"{{email}}","password":"{{password}}"}
 *     ---
 *     HTTP/1.1 200 OK
 *     Content-Type: application/json
 *     !Set-Cookie
 *
 *     {"success":true,"access_token":"{{first_token=*:jwt}}","expires_in":{{*:int}}}
 *
 * A line end in the file is CRLF in a head; bodies have none at their end, and are compared byte for byte, so the order of keys counts.
 * `{{name}}` stands for a variable, `{{*:kind}}` for any text of a kind, `{{name=*:kind}}` also keeps it as a variable for the files that
 * follow in the folder. `{{content_length}}` is the length of the request's body. Headers of the answer that the file does not list may
 * be there; one written `!Name` may not. `#! repeat until 429, at most 60` sends the request again until the answer has that status.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type RawAnswer, sendRaw } from './raw-socket.ts'

export interface Exchange {
  /** File name. */
  readonly name: string
  readonly comments: readonly string[]
  readonly request: { readonly head: string; readonly body: string }
  readonly answer: ExpectedAnswer
  readonly repeat: { readonly untilStatus: number; readonly atMost: number } | undefined
}

export interface ExpectedAnswer {
  readonly statusLine: string
  /** In the order of the file; names as written. */
  readonly headers: readonly { readonly name: string; readonly value: string }[]
  readonly absentHeaders: readonly string[]
  readonly body: string
}

export type Variables = Record<string, string>

/** The exchanges of a folder, in the order of their names. */
export async function readExchanges(folder: string): Promise<readonly Exchange[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.http')).sort()
  return Promise.all(names.map(async (name) => parseExchange(name, await readFile(join(folder, name), 'utf8'))))
}

/** @throws Error naming the file, if it is no exchange */
export function parseExchange(name: string, text: string): Exchange {
  const lines = text.replace(/\n$/, '').split('\n')
  const start = lines.findIndex((line) => !line.startsWith('#'))
  const divider = lines.indexOf('---')
  if (start < 0 || divider < start) throw new Error(`${name}: expected comments, a request, a line "---" and an answer`)
  const comments = lines.slice(0, start)
  const request = splitMessage(lines.slice(start, divider))
  const answer = splitMessage(lines.slice(divider + 1))
  const [statusLine = '', ...headerLines] = answer.head
  if (!/^HTTP\/1\.1 \d{3} /.test(statusLine)) throw new Error(`${name}: "${statusLine}" is no status line`)
  return {
    name,
    comments,
    request: { head: request.head.join('\r\n'), body: request.body },
    answer: {
      statusLine,
      headers: headerLines.filter((line) => !line.startsWith('!')).map((line) => splitHeader(name, line)),
      absentHeaders: headerLines.filter((line) => line.startsWith('!')).map((line) => line.slice(1).trim()),
      body: answer.body,
    },
    repeat: readRepeat(comments),
  }
}

function splitMessage(lines: readonly string[]): { head: readonly string[]; body: string } {
  const blank = lines.indexOf('')
  if (blank < 0) return { head: lines, body: '' }
  return { head: lines.slice(0, blank), body: lines.slice(blank + 1).join('\n') }
}

function splitHeader(file: string, line: string): { name: string; value: string } {
  const [, name, value] = /^([^:\s]+): ?(.*)$/.exec(line) ?? []
  if (name === undefined || value === undefined) throw new Error(`${file}: "${line}" is no header`)
  return { name, value }
}

function readRepeat(comments: readonly string[]): Exchange['repeat'] {
  const [, status, times] = /^#! repeat until (\d{3}), at most (\d+)$/m.exec(comments.join('\n')) ?? []
  return status === undefined ? undefined : { untilStatus: Number(status), atMost: Number(times) }
}

/** Sends the request of an exchange and compares the answer. @returns what differs, one line each; what was captured is added to `variables` */
export async function replayExchange(exchange: Exchange, port: number, variables: Variables): Promise<readonly string[]> {
  const bytes = renderRequest(exchange, variables)
  const { untilStatus, atMost } = exchange.repeat ?? { untilStatus: 0, atMost: 1 }
  let answer = await sendRaw(port, bytes)
  for (let sent = 1; sent < atMost && answer.status !== untilStatus; sent += 1) answer = await sendRaw(port, bytes)
  return compareAnswer(exchange.answer, answer, variables)
}

/** The bytes of the request, with all variables inserted. */
export function renderRequest({ request }: Pick<Exchange, 'request'>, variables: Variables): string {
  const body = insert(request.body, variables)
  const head = insert(request.head, { ...variables, content_length: String(Buffer.byteLength(body)) })
  return `${head}\r\n\r\n${body}`
}

export function compareAnswer(expected: ExpectedAnswer, answer: RawAnswer, variables: Variables): readonly string[] {
  const differences: string[] = []
  const compare = (what: string, template: string, actual: string | undefined) => {
    if (actual === undefined || !matchTemplate(template, actual, variables)) {
      differences.push(`${what}: expected ${template}, got ${actual ?? 'none'}`)
    }
  }
  compare('status', expected.statusLine, answer.statusLine)
  for (const { name, value } of expected.headers) compare(name, value, answer.headers.get(name.toLowerCase()))
  for (const name of expected.absentHeaders) {
    if (answer.headers.has(name.toLowerCase()))
      differences.push(`${name}: expected to be absent, got ${answer.headers.get(name.toLowerCase())}`)
  }
  compare('body', expected.body, answer.body)
  return differences
}

/** What `{{*:kind}}` stands for. */
const KINDS: Readonly<Record<string, string>> = {
  int: '-?\\d+',
  jwt: 'eyJ[\\w-]+\\.[\\w-]+\\.[\\w-]+',
  /** One whose header begins with `"typ":"JWT"`, as the Smartflo family prints it. */
  typ_jwt: 'eyJ0eXAiOiJKV1Qi[\\w-]+\\.[\\w-]+\\.[\\w-]+',
  uuid: '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}',
  token: '[\\x21-\\x7e]+?',
  /** A sealed token or note: a JWE in compact form without an encrypted key. */
  jwe: 'eyJhbG[\\w-]+\\.\\.[\\w-]+\\.[\\w-]+\\.[\\w-]+',
  /** 32 random bytes: a code, or the key of a browser. */
  key: '[\\w-]{43}',
  /** The name of a cookie of one sign-in. */
  sign_in: '__Host-sign-in-[\\w-]{16}',
  pseudonym: '[0-9A-Za-z]{22}',
  /** As VPaaS writes an instant. */
  instant: '\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}000Z',
  word: '[\\w.:-]+',
  text: '[^\\r\\n]*?',
  lines: '[\\s\\S]*?',
  date: '[A-Z][a-z]{2}, \\d{2} [A-Z][a-z]{2} \\d{4} \\d{2}:\\d{2}:\\d{2} GMT',
}

export const PLACEHOLDER = /\{\{(?:(\w+)=)?(?:\*:(\w+)|(\w+))\}\}/g

function insert(template: string, variables: Variables): string {
  return template.replace(PLACEHOLDER, (_whole, _capture, _kind, name: string) => variableNamed(name, variables))
}

function variableNamed(name: string | undefined, variables: Variables): string {
  const value = name === undefined ? undefined : variables[name]
  if (value === undefined) throw new Error(`no variable "${name}"`)
  return value
}

function matchTemplate(template: string, actual: string, variables: Variables): boolean {
  const names: string[] = []
  let pattern = ''
  let end = 0
  for (const { 0: whole, 1: capture, 2: kind, 3: name, index } of template.matchAll(PLACEHOLDER)) {
    pattern +=
      escapePattern(template.slice(end, index)) + (kind === undefined ? escapePattern(variableNamed(name, variables)) : `(${kindOf(kind)})`)
    if (kind !== undefined) names.push(capture ?? '')
    end = index + whole.length
  }
  const match = new RegExp(`^${pattern}${escapePattern(template.slice(end))}$`).exec(actual)
  for (const [index, name] of names.entries()) if (match !== null && name !== '') variables[name] = match[index + 1] ?? ''
  return match !== null
}

function kindOf(kind: string): string {
  const pattern = KINDS[kind]
  if (pattern === undefined) throw new Error(`no kind "${kind}"`)
  return pattern
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

/** Looks for secrets in bytes, in every spelling in which one gets into a log or a file by mistake. */

/** @param secrets by a name for people @returns the names of those that were found, with the spelling */
export function findSecrets(bytes: Buffer, secrets: ReadonlyMap<string, string | Buffer>): string[] {
  const found: string[] = []
  for (const [name, secret] of secrets) {
    const raw = Buffer.from(secret)
    for (const [spelling, needle] of spellingsOf(raw)) {
      if (needle.length < 8) throw new Error(`${name} is too short to be looked for as ${spelling}`)
      if (bytes.includes(needle)) found.push(`${name} (${spelling})`)
    }
  }
  return found
}

function spellingsOf(raw: Buffer): [string, Buffer | string][] {
  const text = raw.toString('utf8')
  const isText = Buffer.from(text).equals(raw)
  return [
    ['as it is', raw],
    ['hex', raw.toString('hex')],
    ['upper-case hex', raw.toString('hex').toUpperCase()],
    ...[0, 1, 2].flatMap((offset): [string, string][] => [
      [`base64 at offset ${offset}`, base64Within(raw, offset)],
      [`base64url at offset ${offset}`, base64Within(raw, offset).replaceAll('+', '-').replaceAll('/', '_')],
    ]),
    ...(isText
      ? ([
          ['percent-encoded', encodeURIComponent(text)],
          ['a form’s value', new URLSearchParams({ '': text }).toString().slice(1)],
          ['a JSON string', JSON.stringify(text).slice(1, -1)],
          ['UTF-16', Buffer.from(text, 'utf16le')],
        ] as [string, Buffer | string][])
      : []),
  ]
}

/** What of a base64 text depends on these bytes alone, when they stand at a place within other bytes. */
function base64Within(raw: Buffer, offset: number): string {
  const whole = Buffer.concat([Buffer.alloc(offset), raw])
    .toString('base64')
    .replaceAll('=', '')
  const isCut = (offset + raw.length) % 3 !== 0
  return whole.slice(offset === 0 ? 0 : offset + 1, isCut ? -1 : undefined)
}

export interface Argon2Parameters {
  readonly memoryKibibytes: number
  readonly passes: number
  readonly lanes: number
}

/** Salt and hash are base64 without padding. */
const PHC = /^\$argon2id\$v=19\$m=([1-9]\d{0,9}),t=([1-9]\d{0,9}),p=([1-9]\d{0,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/

/**
 * What a PHC string of argon2id says about its making (RFC 9106; PHC string format).
 * @throws Error for any other text; its message holds nothing of it
 */
export function parsePhc(phc: string): Argon2Parameters & { readonly saltBytes: number; readonly hashBytes: number } {
  const [, memory, passes, lanes, salt = '', hash = ''] = PHC.exec(phc) ?? []
  if (memory === undefined) throw new Error('a stored password hash is no argon2id hash')
  return {
    memoryKibibytes: Number(memory),
    passes: Number(passes),
    lanes: Number(lanes),
    saltBytes: Math.floor((salt.length * 3) / 4),
    hashBytes: Math.floor((hash.length * 3) / 4),
  }
}

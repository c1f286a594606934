/** A text as the parts in which a mobile network carries it (3GPP TS 23.040, section 9.2.3.24.1; SMPP 3.4, section 5.2.19). */
import smpp from 'smpp'

export interface SmppText {
  /** 0: the network's own alphabet, GSM 03.38, a character an octet. 8: UCS-2, big-endian. */
  readonly dataCoding: 0 | 8
  /** In order; more than one has a header that says so. */
  readonly parts: readonly Buffer[]
  readonly hasHeader: boolean
}

interface Room {
  readonly alone: number
  readonly besideHeader: number
}

const GSM_ROOM: Room = { alone: 160, besideHeader: 153 }
const UCS2_ROOM: Room = { alone: 140, besideHeader: 134 }
const GSM_ESCAPE = 0x1b
const MAX_PARTS = 255

/** @param reference joins the parts; 0 to 255 @throws RangeError for what no phone could put together */
export function splitText(text: string, reference: number): SmppText {
  const { ASCII: gsm } = smpp.encodings
  if (gsm.match(text)) return { dataCoding: 0, ...split(gsm.encode(text), GSM_ROOM, reference, endsInGsmEscape) }
  return { dataCoding: 8, ...split(Buffer.from(text, 'utf16le').swap16(), UCS2_ROOM, reference, endsInHighSurrogate) }
}

function split(
  octets: Buffer,
  room: Room,
  reference: number,
  endsInHalf: (octets: Buffer) => number,
): Pick<SmppText, 'parts' | 'hasHeader'> {
  if (octets.length <= room.alone) return { parts: [octets], hasHeader: false }
  const bodies: Buffer[] = []
  for (let from = 0; from < octets.length; ) {
    const full = octets.subarray(from, from + room.besideHeader)
    const body = from + full.length < octets.length ? full.subarray(0, full.length - endsInHalf(full)) : full
    bodies.push(body)
    from += body.length
  }
  if (bodies.length > MAX_PARTS) throw new RangeError('The text is too long for a message')
  const parts = bodies.map((body, index) => Buffer.concat([Buffer.from([5, 0, 3, reference, bodies.length, index + 1]), body]))
  return { parts, hasHeader: true }
}

/** @returns how many octets of the end belong to a character whose rest is cut off */
function endsInGsmEscape(octets: Buffer): number {
  return octets.at(-1) === GSM_ESCAPE ? 1 : 0
}

function endsInHighSurrogate(octets: Buffer): number {
  return ((octets.at(-2) ?? 0) & 0xfc) === 0xd8 ? 2 : 0
}

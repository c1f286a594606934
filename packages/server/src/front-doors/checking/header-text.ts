/**
 * Text as a header can carry it: printable ASCII, any other byte of its UTF-8 and `%` itself percent-encoded, so that no two texts
 * look alike and none can end a line.
 */
export function headerText(text: string): string {
  const bytes = Buffer.from(text).toString('latin1')
  return bytes.replace(/[^\x20-\x24\x26-\x7e]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
}

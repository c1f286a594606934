import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitText } from './smpp-text.ts'

const HEADER_BYTES = 6

test('a text that fits is one part, without a header', () => {
  expect(splitText('a'.repeat(160), 1)).toMatchObject({ dataCoding: 0, hasHeader: false, parts: [{ length: 160 }] })
  expect(splitText('क'.repeat(70), 1)).toMatchObject({ dataCoding: 8, hasHeader: false, parts: [{ length: 140 }] })
})

test('one character more makes two parts, whose headers say which they are', () => {
  const { parts, hasHeader } = splitText('a'.repeat(161), 200)
  expect(hasHeader).toBe(true)
  expect(parts.map((part) => [...part.subarray(0, HEADER_BYTES)])).toEqual([
    [5, 0, 3, 200, 2, 1],
    [5, 0, 3, 200, 2, 2],
  ])
  expect(parts.map(({ length }) => length - HEADER_BYTES)).toEqual([153, 8])
})

test('a character of the extension table is not cut in two', () => {
  const { parts } = splitText(`${'a'.repeat(152)}€${'a'.repeat(20)}`, 1)
  expect(parts.map(({ length }) => length - HEADER_BYTES)).toEqual([152, 22])
})

test('a character beyond the basic plane is not cut in two', () => {
  const { parts } = splitText('😀'.repeat(50), 1)
  expect(parts.map(({ length }) => length - HEADER_BYTES)).toEqual([132, 68])
})

test('no part is too long for a message, none ends in half a character, and together they are the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), fc.nat(255), (text, reference) => {
      const { dataCoding, parts, hasHeader } = splitText(`${text}क`, reference)
      const bodies = parts.map((part) => (hasHeader ? part.subarray(HEADER_BYTES) : part))
      expect(dataCoding).toBe(8)
      for (const part of parts) expect(part.length).toBeLessThanOrEqual(140)
      const texts = bodies.map((body) => Buffer.from(body).swap16().toString('utf16le'))
      expect(texts.join('')).toBe(`${text}क`)
      for (const one of texts) expect(one).not.toMatch(/[\ud800-\udbff]$/)
    }),
  )
})

test('a text that no phone could put together is a mistake of ours', () => {
  expect(() => splitText('a'.repeat(153 * 255 + 1), 1)).toThrow(RangeError)
})

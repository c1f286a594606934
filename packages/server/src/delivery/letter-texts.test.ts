import { expect, test } from 'vitest'
import { LETTER_TEXTS, textOfLetter } from './letter-texts.ts'
import type { AccountNotice } from './message.ts'

const HOST = 'tokens.example'
const LANGUAGES = ['en', 'de', 'hi']
const NOTICES = Object.keys(LETTER_TEXTS.en?.notices ?? {}) as AccountNotice[]
const ALL = LANGUAGES.flatMap((language) => NOTICES.map((notice) => ({ language, notice })))

test('there are letters in three languages', () => {
  expect(Object.keys(LETTER_TEXTS)).toEqual(LANGUAGES)
  expect(NOTICES.length).toBeGreaterThanOrEqual(3)
})

test.each(ALL)('$notice in $language names the host, ends with it, and has no link, no secret and no name', (which) => {
  const { subject, text } = textOfLetter({ ...which, host: HOST })
  expect(text).toMatch(/\n\n@tokens\.example\n$/)
  expect(text.split('\n')[0]).toContain(HOST)
  expect(subject).not.toBe('')
  expect(subject + text).not.toMatch(/https?:|www\.|%|undefined/)
})

test('no two letters say the same, and an unknown language gets English', () => {
  const texts = ALL.map((which) => textOfLetter({ ...which, host: HOST }))
  expect(new Set(texts.map(({ subject }) => subject)).size).toBe(ALL.length)
  expect(new Set(texts.map(({ text }) => text)).size).toBe(ALL.length)
  const which = { notice: 'password_changed', host: HOST } as const
  expect(textOfLetter({ ...which, language: 'fr' })).toEqual(textOfLetter({ ...which, language: 'en' }))
})

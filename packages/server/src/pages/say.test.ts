import { describe, expect, it } from 'vitest'
import { en } from './messages/en.ts'
import { LANGUAGES } from './page.ts'
import { CATALOGUES, sayDate, sayDuration, sayIn } from './say.ts'
import { samplePages } from './testing/sample-pages.ts'

/** Keys whose text is the same as in English, with the reason. */
const SAME_AS_ENGLISH: Readonly<Record<string, readonly string[]>> = {
  de: ['account.name', 'account.organisation'], // German has both words
  hi: [],
}

const placeholdersOf = (text: string) => (text.match(/\{\w*\}/g) ?? []).toSorted()

describe.each(LANGUAGES.filter((language) => language !== 'en'))('the catalogue in %s', (language) => {
  const entries = Object.entries(CATALOGUES[language])

  it('has the keys of the English one, none missing and none left over', () => {
    expect(entries.map(([key]) => key).toSorted()).toEqual(Object.keys(en).toSorted())
  })

  it('says nothing in English', () => {
    const same = entries.filter(([key, text]) => text === en[key as keyof typeof en]).map(([key]) => key)
    expect(same).toEqual(SAME_AS_ENGLISH[language])
  })

  it('puts the same values into each text', () => {
    for (const [key, text] of entries)
      expect(new Set(placeholdersOf(text)), key).toEqual(new Set(placeholdersOf(en[key as keyof typeof en])))
  })
})

describe('the catalogue', () => {
  it.each(LANGUAGES)('in %s has no text without words, without an end, or with blanks around it', (language) => {
    for (const [key, text] of Object.entries(CATALOGUES[language])) expect(text, key).toMatch(/^\S(?:.*\S)?$/)
  })

  it.each(LANGUAGES)('in %s has no text that is on no page', (language) => {
    const pages = Object.values(samplePages({ language, root: '../' })).map(({ html }) => html)
    const unused = Object.entries(CATALOGUES[language]).filter(([, text]) => !pages.some((html) => patternOf(text).test(html)))
    expect(unused).toEqual([])
  })

  it('takes a value as it is, even one that looks like a placeholder', () => {
    expect(sayIn('en')('return.title', { application: '{application} $& $1' })).toBe('Return to {application} $& $1')
  })

  it('does not compile where a value is missing or surplus', () => {
    const say = sayIn('en')
    // @ts-expect-error: the application is missing
    expect(say('return.title')).toBe('Return to {application}')
    // @ts-expect-error: there is no such value
    expect(say('sign-in.title', { application: 'A' })).toBe('Sign in')
  })
})

/** The text as the whole of an element or an attribute, with anything put into it. */
function patternOf(text: string): RegExp {
  const parts = text.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll("'", '&#39;'))
  return new RegExp(`[>"]${parts.join('[^<]+')}(?: – [^<]+)?[<"]`)
}

describe('a duration', () => {
  it.each([
    ['en', 0, '1 second'],
    ['en', 1, '1 second'],
    ['en', 12.2, '13 seconds'],
    ['en', 59, '59 seconds'],
    ['en', 60, '1 minute'],
    ['en', 61, '2 minutes'],
    ['en', 3600, '60 minutes'],
    ['de', 1, '1 Sekunde'],
    ['de', 95, '2 Minuten'],
    ['hi', 30, '30 सेकंड'],
    ['hi', 95, '2 मिनट'],
  ] as const)('in %s of %d seconds is %s', (language, seconds, text) => {
    expect(sayDuration(language, seconds)).toBe(text)
  })
})

describe('a date', () => {
  it.each([
    ['en', '21 November 2026'],
    ['de', '21. November 2026'],
    ['hi', '21 नवंबर 2026'],
  ] as const)('in %s is %s, in UTC', (language, text) => {
    expect(sayDate(language, Date.UTC(2026, 10, 21, 23, 59))).toBe(text)
  })
})

import { describe, expect, it } from 'vitest'
import { chooseLanguage } from './choose-language.ts'

describe('the language of a page', () => {
  it.each([
    ['the browser’s', undefined, 'de', 'de'],
    ['the browser’s, whatever its country', undefined, 'hi-IN', 'hi'],
    ['the browser’s, in any case of letters', undefined, 'DE-at', 'de'],
    ['the best of the browser’s by weight, not by place', undefined, 'en;q=0.5, de;q=0.8, hi;q=0.7', 'de'],
    ['the first of those as good as each other', undefined, 'hi;q=0.9,de;q=0.9', 'hi'],
    ['the next where we do not have the best', undefined, 'fr-FR, fr;q=0.9, de;q=0.3', 'de'],
    ['English where we have none of them', undefined, 'fr, ja;q=0.5', 'en'],
    ['English where anything will do', undefined, 'fr, *;q=0.5, de;q=0.1', 'en'],
    ['none that the browser rules out', undefined, 'de;q=0, hi;q=0.001', 'hi'],
    ['none that the browser rules out with decimals', undefined, 'de;q=0.000', 'en'],
    ['English without any wish', undefined, undefined, 'en'],
    ['English for an empty wish', '', '', 'en'],
    ['the one asked for before the browser’s', 'hi', 'de', 'hi'],
    ['the first that we have of those asked for', 'fr-CA de-AT hi', 'en', 'de'],
    ['the browser’s where we have none of those asked for', 'fr ja', 'de', 'de'],
    ['the browser’s where no language is asked for', '<script>', 'de', 'de'],
    ['no language that only begins like one of ours', 'dev', 'hindi, enx', 'en'],
  ])('is %s', (_sentence, asked, accepted, chosen) => {
    expect(chooseLanguage({ asked, accepted })).toBe(chosen)
  })

  it.each(['de;q=2', 'de;q=-1', 'de;q=', 'de;q=0.1234', 'de;q=NaN', 'de q=1', 'd\u0000e', 'de;level=1', ';;;,,,', 'dе'])(
    'is English for the header %j, which says nothing',
    (accepted) => {
      expect(chooseLanguage({ asked: undefined, accepted })).toBe('en')
    },
  )

  it('is not looked for in a list longer than 500 characters', () => {
    const list = `de${',fr'.repeat(166)}`
    expect(list).toHaveLength(500)
    expect(chooseLanguage({ asked: undefined, accepted: list })).toBe('de')
    expect(chooseLanguage({ asked: undefined, accepted: `${list},` })).toBe('en')
    expect(chooseLanguage({ asked: `de ${'x '.repeat(300)}`, accepted: undefined })).toBe('en')
  })
})

import { LANGUAGES, type Language } from './page.ts'

const FALLBACK: Language = 'en'

/** Longer lists are nobody's wish. */
const MAX_CHARACTERS = 500

/**
 * The language of a page: the one asked for, else the best of those that the browser accepts, else English.
 * @param asked language tags parted by blanks, dearest first: `ui_locales` (OpenID Connect Core 1.0, section 3.1.2.1), or one pressed button
 * @param accepted the header `Accept-Language` (RFC 9110, section 12.5.4)
 */
export function chooseLanguage({
  asked,
  accepted,
}: {
  readonly asked: string | undefined
  readonly accepted: string | undefined
}): Language {
  const wishes = [...splitUnlessTooLong(asked, ' '), ...acceptedTags(accepted)]
  for (const wish of wishes) {
    const language = languageOf(wish)
    if (language !== undefined) return language
  }
  return FALLBACK
}

function splitUnlessTooLong(list: string | undefined, separator: string): string[] {
  return list === undefined || list.length > MAX_CHARACTERS ? [] : list.split(separator)
}

/** Best first; what is as good as another stays in its order. */
function acceptedTags(header: string | undefined): string[] {
  return splitUnlessTooLong(header, ',')
    .map(readRange)
    .filter(({ quality }) => quality > 0)
    .sort((one, other) => other.quality - one.quality)
    .map(({ tag }) => tag)
}

/** A range whose weight is none that RFC 9110, section 12.4.2, knows is not wished for. */
function readRange(range: string): { tag: string; quality: number } {
  const [, tag = '', weight = '1'] =
    /^[ \t]*([A-Za-z0-9*-]+)(?:[ \t]*;[ \t]*[qQ]=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?[ \t]*$/.exec(range) ?? []
  return { tag, quality: tag === '' ? 0 : Number(weight) }
}

/** By the first subtag: we have one German for Germany and Austria. `*` is whatever we like best. */
function languageOf(tag: string): Language | undefined {
  const primary = tag.toLowerCase().split('-', 1)[0]
  return primary === '*' ? FALLBACK : LANGUAGES.find((language) => language === primary)
}

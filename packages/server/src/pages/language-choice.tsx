import { LANGUAGES, type Language } from './page.ts'
import { sayIn } from './say.ts'

/** Each in its own language, for those who cannot read the one of the page. */
const OWN_NAMES: Readonly<Record<Language, string>> = { en: 'English', de: 'Deutsch', hi: 'हिन्दी' }

/** The name of the field of a button, or of the parameter of a link, that asks for a language. */
export const LANGUAGE_FIELD = 'language'

/** Buttons of a form: what was typed goes with them and comes back. */
export function LanguageButtons({ language, form }: { readonly language: Language; readonly form: string }): JSX.Element {
  return (
    <Choice
      language={language}
      renderOther={(other) => (
        <button type="submit" form={form} name={LANGUAGE_FIELD} value={other} lang={other} formnovalidate safe>
          {OWN_NAMES[other]}
        </button>
      )}
    />
  )
}

/** Links to the same page, where nothing has been typed that could be lost. */
export function LanguageLinks({ language }: { readonly language: Language }): JSX.Element {
  return (
    <Choice
      language={language}
      renderOther={(other) => (
        <a href={`?${LANGUAGE_FIELD}=${other}`} hreflang={other} lang={other} safe>
          {OWN_NAMES[other]}
        </a>
      )}
    />
  )
}

interface ChoiceParts {
  readonly language: Language
  readonly renderOther: (other: Language) => JSX.Element
}

function Choice({ language, renderOther }: ChoiceParts): JSX.Element {
  return (
    <nav aria-label={sayIn(language)('layout.languages')}>
      <ul class="languages">
        {LANGUAGES.map((each) => (
          <li>
            {each === language ? (
              <span aria-current="true" safe>
                {OWN_NAMES[each]}
              </span>
            ) : (
              renderOther(each)
            )}
          </li>
        ))}
      </ul>
    </nav>
  )
}

/** A page as it goes on the wire: its HTML, and the headers that no page may be without. */
export interface Page {
  readonly html: string
  readonly headers: Readonly<Record<string, string>>
}

/** BCP 47. */
export type Language = 'en' | 'de' | 'hi'

export const LANGUAGES: readonly Language[] = ['en', 'de', 'hi']

/** What every page needs to know of where and for whom it is shown. */
export interface PageSetting {
  readonly language: Language
  /** From the page's address to the tenant's root, as a relative reference: `../` for `/oauth2/auth`, `./` for `/account`. */
  readonly root: string
  /** What the tenant calls itself to people; undefined: no name is shown. */
  readonly brand?: string | undefined
}

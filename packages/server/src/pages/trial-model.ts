/** What the front page and the pages of its forms show. All of it is text. */

export interface FormModel {
  readonly door: string
  readonly step: string
  /** On its button. */
  readonly action: string
  readonly hint?: string | undefined
  readonly fields: readonly FormField[]
  /** What it brings along. */
  readonly carried: Readonly<Record<string, string>>
}

export interface FormField {
  readonly name: string
  readonly label: string
  readonly kind: 'text' | 'password' | 'token'
  readonly value: string
}

export interface ResultModel {
  readonly title: string
  readonly isGood: boolean
  readonly words: string
  /** Where a person signs in next. */
  readonly signInAt?: string | undefined
  readonly token?: TokenModel | undefined
  readonly exchanges: readonly ExchangeModel[]
  /** What may be done next. */
  readonly forms: readonly FormModel[]
}

/** A request and its answer, as they stand on the wire. */
export interface ExchangeModel {
  readonly title: string
  readonly request: string
  readonly answer: string
}

export interface TokenModel {
  readonly text: string
  /** What kind of token it looks like, in a sentence. */
  readonly about: string
  readonly header: readonly Row[]
  readonly claims: readonly Row[]
  readonly check: CheckModel
}

export interface CheckModel {
  readonly isGood: boolean
  readonly words: string
  /** undefined: it is not good */
  readonly remainingSeconds?: number | undefined
  /** What a gateway is told of it. */
  readonly told: readonly Row[]
}

export interface Row {
  readonly name: string
  readonly value: string
  /** The same in words. */
  readonly words?: string | undefined
}

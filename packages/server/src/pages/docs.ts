/** What the page of what the doors answer shows. Texts are Markdown as far as paragraphs and code go. */
import type { PageSetting } from './page.ts'

export interface DocsModel {
  readonly setting: PageSetting
  readonly title: string
  /** Of the program. */
  readonly version: string
  readonly description: string
  /** Of the tenant. */
  readonly address: string
  readonly sections: readonly DocsSection[]
  /** The bodies of answers that are not good, once each. */
  readonly shapes: readonly DocsBody[]
}

/** A door. */
export interface DocsSection {
  readonly id: string
  readonly title: string
  readonly about: string
  readonly documentUrl: string
  readonly operations: readonly DocsOperation[]
}

export interface DocsOperation {
  readonly id: string
  readonly method: string
  readonly path: string
  readonly aliases: readonly string[]
  readonly summary: string
  readonly description: string
  /** One of these, each with all that it needs together. Empty: nobody is asked. */
  readonly credentials: readonly (readonly string[])[]
  readonly parameters: readonly DocsMember[]
  readonly bodies: readonly DocsBody[]
  readonly answers: readonly DocsAnswer[]
  /** What goes wrong before the operation is reached, or beneath it. */
  readonly onTheWay: readonly DocsAnswer[]
  readonly curl: string | undefined
  readonly exampleAnswer: { readonly status: string; readonly mediaType: string; readonly text: string } | undefined
}

export interface DocsMember {
  readonly name: string
  readonly type: string
  readonly isRequired: boolean
  readonly description: string
}

export interface DocsBody {
  readonly mediaTypes: readonly string[]
  readonly name: string | undefined
  readonly anchor: string | undefined
  readonly description: string
  readonly members: readonly DocsMember[]
  /** Whether there may be members that are not named. */
  readonly isOpen: boolean
}

export interface DocsAnswer {
  readonly status: string
  readonly description: string
  readonly headers: readonly { readonly name: string; readonly description: string }[]
  readonly bodies: readonly DocsBody[]
}

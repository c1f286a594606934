import type { NoticeLetter } from '../delivery/message.ts'

/** What is kept of what a letter tells: its text is made when it leaves. */
export type LetterContent = Pick<NoticeLetter, 'notice' | 'details' | 'language' | 'host'>

export function writeContent({ notice, details, language, host }: LetterContent): string {
  return JSON.stringify({ notice, details, language, host })
}

/** @param content as `writeContent` has written it */
export function readContent(content: string): LetterContent {
  return JSON.parse(content) as LetterContent
}

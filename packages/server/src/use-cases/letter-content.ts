import type { NoticeLetter } from '../delivery/message.ts'

/** What is kept of what a letter tells: its text is made when it leaves. */
export type LetterContent = Pick<NoticeLetter, 'notice' | 'language' | 'host'>

export function writeContent({ notice, language, host }: LetterContent): string {
  return JSON.stringify({ notice, language, host })
}

/** @param content as `writeContent` has written it */
export function readContent(content: string): LetterContent {
  return JSON.parse(content) as LetterContent
}

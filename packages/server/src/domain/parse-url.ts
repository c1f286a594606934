/**
 * @returns undefined where it is no URL. Not asked of `URL.canParse`: of text beyond ASCII Node's sometimes says that it can be parsed, and
 * then it cannot.
 */
export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}

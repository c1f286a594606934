/** Quotes a word for a POSIX shell. */
export function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

export interface CurlRequest {
  readonly url: string
  readonly method: 'GET' | 'POST'
  /** Given to curl as they stand; `$NAME` in a value is filled in by the shell, so they must hold no foreign text. */
  readonly headers?: readonly string[]
  readonly data?: string
  /** Fields of a form; values are percent-encoded by curl, and `$NAME` in one is filled in by the shell. */
  readonly form?: readonly string[]
}

/** A curl command over several lines, as the platforms' documents print them. */
export function curlCommand({ url, method, headers = [], data, form = [] }: CurlRequest): string {
  const words = [
    `curl --silent --request ${method}`,
    `--url ${quoteForShell(url)}`,
    ...headers.map((header) => `--header "${header}"`),
    ...(data === undefined ? [] : [`--data ${quoteForShell(data)}`]),
    ...form.map((field) => `--data-urlencode "${field}"`),
  ]
  return words.join(' \\\n  ')
}

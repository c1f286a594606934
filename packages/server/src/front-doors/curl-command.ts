/** Quotes a word for a POSIX shell. */
export function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

export interface CurlRequest {
  readonly url: string
  readonly method: 'GET' | 'POST'
  /** Given to curl as they stand; `$NAME` in a value is filled in by the shell, so they must hold no foreign text. */
  readonly headers?: readonly string[]
  /** A body; taken as it stands, or a `DataOfShell`. */
  readonly data?: string | DataOfShell
  /** Fields of a form; values are percent-encoded by curl, and `$NAME` in one is filled in by the shell. */
  readonly form?: readonly string[]
}

/** A body in which `$NAME` is filled in by the shell, so that it must hold no foreign text. */
export interface DataOfShell {
  readonly filledIn: string
}

/** A curl command over several lines, as the platforms' documents print them. */
export function curlCommand({ url, method, headers = [], data, form = [] }: CurlRequest): string {
  const words = [
    `curl --silent --request ${method}`,
    `--url ${quoteForShell(url)}`,
    ...headers.map((header) => `--header "${header}"`),
    ...(data === undefined ? [] : [`--data ${typeof data === 'string' ? quoteForShell(data) : quoteWithVariables(data.filledIn)}`]),
    ...form.map((field) => `--data-urlencode "${field}"`),
  ]
  return words.join(' \\\n  ')
}

/** As a document prints JSON in double quotes. */
function quoteWithVariables(text: string): string {
  return `"${text.replace(/["\\`]/g, '\\$&')}"`
}

/** Keeps what a command prints, and members of it where it is a JSON object of texts, in variables of the shell. */
export function keepMembers(command: string, members: Readonly<Record<string, string>>): string {
  const kept = Object.entries(members).map(([variable, name]) => `${variable}=$(printf '%s' "$TOKENS" | ${pickMember(name)})`)
  return [`TOKENS=$(${command})`, ...kept].join('\n')
}

/** Without a tool that a machine may not have. */
function pickMember(name: string): string {
  return `sed 's/.*"${name}":"\\([^"]*\\)".*/\\1/'`
}

/** The words of a prompt. Not on standard output, where a command's own result is. */
export interface Question {
  readonly variable: string
  readonly words: string
}

/**
 * Asks a person for something first. In braces, for a shell reads all of them before it runs anything: what is pasted after the question
 * would else be taken for its answer.
 */
export function askFirst({ variable, words }: Question, commands: string): string {
  return ['{', `printf '%s ' ${quoteForShell(words)} >&2`, `read -r ${variable}`, commands, '}'].join('\n')
}

/** Prints what `keepMembers` has kept. */
export const SHOW_KEPT = `printf '%s\\n' "$TOKENS"`

/**
 * What a shell is told of the commands, made from the program itself. It is one text with all words in it, because a shell that had to
 * start `ringkey` at each Tab would wait for it. Only the names of sign-ins are looked up, by `LIST_NAMES`. Where no word fits, the shell offers files.
 */
import type { CommandRow, CommandTable, Shell } from './command-table.ts'

export function renderCompletion(shell: Shell, table: CommandTable): string {
  switch (shell) {
    case 'bash':
      return renderBash(table)
    case 'zsh':
      return renderZsh(table)
    case 'fish':
      return renderFish(table)
  }
}

/**
 * For `sh`: the names in the newest list of sign-ins. Each stands before its platform, and no text in the list can look like that, because quotes
 * in a text are escaped. Nothing else of the file is printed.
 */
const LIST_NAMES = [
  `home=\${RINGKEY_HOME:-\${XDG_STATE_HOME:-$HOME/.local/state}/ringkey}; newest=0`,
  `for file in "$home"/sign-ins~*; do number=\${file##*~}`,
  'case $number in ""|*[!0-9]*) continue ;; esac',
  'if [ "$number" -gt "$newest" ]; then newest=$number; fi; done',
  'if [ "$newest" -gt 0 ]; then grep -Eo "\\"[[:alnum:]][[:alnum:]_.-]*\\":[{]\\"platform\\"" "$home/sign-ins~$newest" 2>/dev/null | cut -d "\\"" -f 2; fi',
].join('; ')

const pathsWithNames = ({ rows }: CommandTable) => rows.filter(({ takesSignIn }) => takesSignIn).map(({ path }) => quote(path))

/** In single quotes, as all three have them. Nothing in the table has one itself. */
function quote(text: string): string {
  return `'${text}'`
}

const namedRows = ({ rows }: CommandTable) => rows.filter(({ path }) => path !== '')

/** Cases of `case "$path $word"`: a word that goes on from a command to one of its verbs. */
function steps(table: CommandTable): string {
  return namedRows(table)
    .map(({ path }) => quote(path.includes(' ') ? path : ` ${path}`))
    .join(' | ')
}

function choiceCases({ path, choices }: CommandRow, assign: (words: string) => string): string[] {
  return [...choices].map(([flag, words]) => `    ${quote(`${path}:${flag}`)}) ${assign(words.join(' '))} ;;`)
}

function renderBash(table: CommandTable): string {
  const values = table.flagsWithValue.join(' | ')
  return `# Completion of ringkey for bash, made by \`ringkey completion bash\`.
_ringkey() {
  local current=\${COMP_WORDS[COMP_CWORD]} before='' path='' words='' named='' word index
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    if [[ $word == -- ]]; then return; fi
    case $before in
    ${values}) before='' ; continue ;;
    esac
    before=$word
    case "$path $word" in
    ${steps(table)}) path="\${path:+$path }$word" ;;
    *) if [[ $word != -* ]]; then named=1; fi ;;
    esac
  done
  case "$path:$before" in
${table.rows.flatMap((row) => choiceCases(row, (words) => `words=${quote(words)}`)).join('\n')}
    *)
      case $before in
      ${values}) return ;;
      esac
      case $path in
${table.rows.map(({ path, words }) => `      ${quote(path)}) words=${quote(words.join(' '))} ;;`).join('\n')}
      esac
      case $path in
      ${pathsWithNames(table).join(' | ')}) if [[ -z $named ]]; then words+=" $(sh -c ${quote(LIST_NAMES)})"; fi ;;
      esac
      ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _ringkey ringkey
`
}

function renderZsh(table: CommandTable): string {
  const values = table.flagsWithValue.join(' | ')
  return `#compdef ringkey
# Completion of ringkey for zsh, made by \`ringkey completion zsh\`.
_ringkey() {
  local before='' at='' named='' word
  local -a offered
  for word in "\${(@)words[2,CURRENT-1]}"; do
    if [[ $word == -- ]]; then _files; return; fi
    case $before in
    (${values}) before=''; continue ;;
    esac
    before=$word
    case "$at $word" in
    (${steps(table)}) at="\${at:+$at }$word" ;;
    (*) if [[ $word != -* ]]; then named=1; fi ;;
    esac
  done
  case "$at:$before" in
${table.rows.flatMap((row) => choiceCases(row, (words) => `offered=(${words})`)).join('\n')}
    (*)
      case $before in
      (${values}) _files; return ;;
      esac
      case $at in
${table.rows.map(({ path, words }) => `      (${quote(path)}) offered=(${words.join(' ')}) ;;`).join('\n')}
      esac
      case $at in
      (${pathsWithNames(table).join(' | ')}) if [[ -z $named ]]; then offered+=(\${(f)"$(sh -c ${quote(LIST_NAMES)})"}); fi ;;
      esac
      ;;
  esac
  compadd -- $offered || _files
}
if [[ \${funcstack[1]} == _ringkey ]]; then _ringkey "$@"; else compdef _ringkey ringkey; fi
`
}

function renderFish(table: CommandTable): string {
  return `# Completion of ringkey for fish, made by \`ringkey completion fish\`.
function __ringkey_names
    sh -c ${quote(LIST_NAMES)}
end
function __ringkey_at
    set -l named 0
    set -l at ''
    set -l before ''
    set -l given (commandline -opc)
    for word in $given[2..-1]
        if test "$word" = --
            set at --
            break
        end
        if contains -- "$before" ${table.flagsWithValue.join(' ')}
            set before ''
            continue
        end
        set before $word
        switch "$at $word"
            case ${namedRows(table)
              .map(({ path }) => quote(path.includes(' ') ? path : ` ${path}`))
              .join(' ')}
                set at (string trim -- "$at $word")
            case '* -*'
            case '*'
                set named 1
        end
    end
    if contains -- "$before" ${table.flagsWithValue.join(' ')}
        set at "$at:$before"
    end
    test "$at" = "$argv[1]"; and test -z "$argv[2]" -o "$named" = 0
end
${table.rows
  .flatMap(({ path, words, choices, takesSignIn }) => [
    `complete -c ringkey -f -n ${quote(`__ringkey_at "${path}"`)} -a ${quote(words.join(' '))}`,
    ...(takesSignIn ? [`complete -c ringkey -f -n ${quote(`__ringkey_at "${path}" first`)} -a ${quote('(__ringkey_names)')}`] : []),
    ...[...choices].map(
      ([flag, each]) => `complete -c ringkey -f -n ${quote(`__ringkey_at "${path}:${flag}"`)} -a ${quote(each.join(' '))}`,
    ),
  ])
  .join('\n')}
`
}

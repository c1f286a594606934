/**
 * What a shell is told of the commands, made from the program itself. It is one text with all words in it, because a shell that had to
 * start a program at each Tab would wait for it. Where no word fits, the shell offers files.
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
  local current=\${COMP_WORDS[COMP_CWORD]} before='' path='' words='' word index
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
  local before='' at='' word
  local -a offered
  for word in "\${(@)words[2,CURRENT-1]}"; do
    if [[ $word == -- ]]; then _files; return; fi
    case $before in
    (${values}) before=''; continue ;;
    esac
    before=$word
    case "$at $word" in
    (${steps(table)}) at="\${at:+$at }$word" ;;
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
      ;;
  esac
  compadd -- $offered || _files
}
if [[ \${funcstack[1]} == _ringkey ]]; then _ringkey "$@"; else compdef _ringkey ringkey; fi
`
}

function renderFish(table: CommandTable): string {
  return `# Completion of ringkey for fish, made by \`ringkey completion fish\`.
function __ringkey_at
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
        end
    end
    if contains -- "$before" ${table.flagsWithValue.join(' ')}
        set at "$at:$before"
    end
    test "$at" = "$argv[1]"
end
${table.rows
  .flatMap(({ path, words, choices }) => [
    `complete -c ringkey -f -n ${quote(`__ringkey_at "${path}"`)} -a ${quote(words.join(' '))}`,
    ...[...choices].map(
      ([flag, each]) => `complete -c ringkey -f -n ${quote(`__ringkey_at "${path}:${flag}"`)} -a ${quote(each.join(' '))}`,
    ),
  ])
  .join('\n')}
`
}

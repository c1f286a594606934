import { Argument, type Command } from 'commander'
import { explain } from '../command-help.ts'
import { accept } from '../keeper/answer.ts'
import type { RunKeeper } from '../keeper/run-keeper.ts'

const SHELLS = ['bash', 'zsh', 'fish'] as const

/** @param program with all other commands */
export function addCompletionCommand(program: Command, run: RunKeeper): void {
  const completion = program
    .command('completion')
    .description('print what a shell has to know to complete commands and flags at Tab')
    .addArgument(new Argument('<shell>', 'bash, zsh or fish').choices(SHELLS))
  explain(completion, {
    examples: [
      'ringkey completion bash > ~/.local/share/bash-completion/completions/ringkey',
      'ringkey completion zsh > ~/.zfunc/_ringkey',
      'ringkey completion fish > ~/.config/fish/completions/ringkey.fish',
    ],
  }).action((shell: (typeof SHELLS)[number]) =>
    run(async () => {
      const { readCommandTable } = await import('../completion/command-table.ts')
      const { renderCompletion } = await import('../completion/render-completion.ts')
      return accept({ data: renderCompletion(shell, readCommandTable(program)) })
    }),
  )
}

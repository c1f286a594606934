import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import type { CliStreams } from './cli-streams.ts'

/**
 * Asks on a terminal without showing what is typed. The questions go to standard error, so that standard output stays data.
 * One reader serves all questions: what is typed or pasted ahead is not lost between two of them.
 * @returns undefined when the person gave up (Ctrl-C, Ctrl-D)
 */
export function askHidden({ stdin, stderr }: CliStreams, questions: readonly string[]): Promise<readonly string[] | undefined> {
  const muted = new Writable({ write: (_chunk, _encoding, done) => done() })
  const reader = createInterface({ input: stdin, output: muted, terminal: true, historySize: 0, crlfDelay: Number.POSITIVE_INFINITY })
  const answers: string[] = []
  const isDone = () => answers.length === questions.length
  const ask = () => stderr.write(questions[answers.length] ?? '')

  return new Promise((resolve) => {
    reader.on('line', (line) => {
      if (isDone()) return
      answers.push(line)
      stderr.write('\n')
      if (isDone()) reader.close()
      else ask()
    })
    reader.on('SIGINT', () => reader.close())
    reader.on('close', () => {
      if (!isDone()) stderr.write('\n')
      resolve(isDone() ? answers : undefined)
    })
    ask()
  })
}

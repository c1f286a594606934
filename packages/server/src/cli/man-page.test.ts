import { spawnSync } from 'node:child_process'
import { Command } from 'commander'
import { expect, it } from 'vitest'
import { renderManPage } from './man-page.ts'
import { addCommands } from './program.ts'

const PROGRAM = addCommands(
  new Command('ringkey').version(''),
  async () => undefined,
  async () => undefined,
)

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)]
}

const hasGroff = spawnSync('groff', ['--version']).status === 0

/** As a reader sees it, without line breaks. */
function show(page: string): string {
  const { status, stdout, stderr } = spawnSync('groff', ['-man', '-Tascii', '-ww', '-P-cbou', '-rLL=2000n'], {
    input: page,
    encoding: 'utf8',
  })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return stdout.replace(/\s+/g, ' ')
}

it('every command, argument and flag is on the page, and hidden ones are not', () => {
  const page = renderManPage().replaceAll('\\-', '-')
  for (const command of everyCommand(PROGRAM)) {
    expect(page).toContain(command.name())
    for (const option of command.options) expect(page.includes(`.B ${option.flags}\n`), option.flags).toBe(!option.hidden)
  }
})

it.runIf(hasGroff)('is roff without a complaint, and nothing of its text is taken for a sign of roff', () => {
  const shown = show(renderManPage())
  expect(shown).toContain('ringkey tenant create <name>')
  const said = everyCommand(PROGRAM)
    .slice(1)
    .map((command) => plain(command.description()))
  expect(said.filter((sentence) => !shown.toLowerCase().includes(sentence))).toEqual([])
})

function plain(description: string): string {
  return description.replaceAll('’', "'").replaceAll('…', '...').replace(/\s+/g, ' ').toLowerCase()
}

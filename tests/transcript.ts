/** A command of a document, and the output that it is shown with. */
export interface Step {
  readonly command: string
  readonly shown: string | undefined
}

/** The steps of all blocks that are marked `<!-- transcript: name -->`, in order. */
export function readTranscript(markdown: string, name: string): Step[] {
  const blocks = markdown.matchAll(new RegExp(`<!-- transcript: ${name} -->\\s*\`\`\`sh\\n([^]*?)\n\`\`\``, 'g'))
  return [...blocks].flatMap(([, block = '']) => readSteps(block.split('\n')))
}

/** A command goes on where a line ends with `\`. Other comments than output are for people. */
function readSteps(lines: readonly string[]): Step[] {
  const steps: { command: string; shown: string | undefined }[] = []
  let begun: string | undefined
  for (const line of lines) {
    const last = steps.at(-1)
    if (begun === undefined && line.startsWith('#> ') && last !== undefined) last.shown = line.slice(3)
    if (begun === undefined && /^(?:#.*)?$/.test(line)) continue
    const command: string = begun === undefined ? line : `${begun}\n${line}`
    begun = line.endsWith('\\') ? command : undefined
    if (begun === undefined) steps.push({ command, shown: undefined })
  }
  return steps
}

/** Whether a text is the pattern, in which `…` stands for any text within a line. */
export function matchesPattern(text: string, pattern: string): boolean {
  const literal = pattern.split('…').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
  return new RegExp(`^${literal.join('.*')}$`).test(text)
}

/**
 * Which room of the server may know which other. The table in `docs/explanation/architecture.md` is made from this one.
 * A room is a folder of `packages/server/src`, or a file that stands there by itself; one folder inside another is a room of its own where
 * it has a row. Every room may import itself.
 */
export interface Arrow {
  readonly to: string
  /** Only `import type`: the room is handed the thing itself. */
  readonly typesOnly?: true
  /** Only the room's own files, not its subfolders: the interfaces, not an implementation. */
  readonly surfaceOnly?: true
  /** Only these of the room's own files. */
  readonly filesOnly?: readonly string[]
}

export interface Room {
  readonly imports: readonly Arrow[]
  /** Packages and Node modules; undefined: any that `package.json` lists. */
  readonly packages?: readonly string[]
  readonly reason: string
}

const domain: Arrow = { to: 'domain' }
const storeInterfaces: Arrow = { to: 'store', typesOnly: true, surfaceOnly: true }

/** May import every room: they put the house together. */
export const COMPOSING_ROOMS: Readonly<Record<string, string>> = {
  'main.ts': 'the beginning: hands the machine’s clock, randomness and arguments to the command line',
  composition: 'the composition root: the only place that constructs long-lived objects',
  demo: 'creates the demo through the same use cases as the command line, and prints it',
}

export const IMPORT_TABLE: Readonly<Record<string, Room>> = {
  domain: {
    imports: [],
    packages: ['node:crypto', 'node:net', 'node:zlib'],
    reason: 'pure rules and types: no I/O, no clock, no library. Digests, checksums and the grammar of addresses are arithmetic',
  },
  config: { imports: [domain], reason: 'one schema; the only reader of the environment. Knows nothing of what its values are for' },
  tokens: {
    imports: [domain],
    packages: ['node:crypto'],
    reason: 'makes and reads tokens with keys that it is handed; asks no store and knows no door',
  },
  passwords: { imports: [domain], reason: 'hash formats and the bounded pool that computes them' },
  store: { imports: [domain], reason: 'promises about rows, in the types of the domain; makes no decision' },
  events: { imports: [domain], reason: 'one function per event; the audit row is written by whoever commits the change' },
  'identity-providers': {
    imports: [domain],
    reason:
      'who signs people in for a platform: this server itself, and one day others; does what it needs of a store through what it is handed',
  },
  phones: {
    imports: [domain],
    packages: ['libphonenumber-js/max'],
    reason: 'what a typed telephone number is, by the numbering plans of the world',
  },
  delivery: { imports: [domain], reason: 'how messages leave: gateways, and the courier that bears with them; counts and decides nothing' },
  'use-cases': {
    imports: [
      domain,
      { to: 'phones', typesOnly: true },
      { to: 'delivery', typesOnly: true, surfaceOnly: true },
      { to: 'tokens' },
      { to: 'passwords' },
      { to: 'events' },
      storeInterfaces,
      { to: 'identity-providers', typesOnly: true },
    ],
    packages: ['node:crypto'],
    reason: 'one verb a file; decides, and leaves I/O to what it is handed',
  },
  pages: {
    imports: [],
    packages: ['node:crypto', '@kitajs/html'],
    reason:
      'what people see: pure functions from what is to be shown to HTML and its headers; `browser/` has the one script, which no page needs',
  },
  'front-doors': {
    imports: [domain, { to: 'use-cases' }, { to: 'pages' }],
    reason: 'one wire protocol each: decodes, calls one use case, encodes',
  },
  http: {
    imports: [domain, { to: 'front-doors' }, { to: 'events' }],
    reason: 'what is the same for every door: strict requests, limits, last-resort errors, health, metrics',
  },
  cli: {
    imports: [domain, { to: 'use-cases' }, { to: 'config' }, { to: 'cli/keeper' }],
    reason: 'arguments in, one use case, text out',
  },
  'cli/keeper': {
    imports: [
      {
        to: 'cli',
        filesOnly: [
          'ask-hidden.ts',
          'cli-streams.ts',
          'command-help.ts',
          'exit-codes.ts',
          'finding.ts',
          'json.ts',
          'output.ts',
          'table.ts',
          'terminal-text.ts',
        ],
      },
    ],
    packages: [
      '@ringkey/client',
      '@ringkey/client/file-store',
      '@ringkey/client/node-fetch',
      'commander',
      'node:child_process',
      'node:crypto',
      'node:fs/promises',
      'node:os',
      'node:path',
      'node:stream',
    ],
    reason: 'the commands of integrators: arguments in, the client, text out. Knows nothing of the server but how a command speaks',
  },
  'system-clock.ts': { imports: [domain], reason: 'the only reader of the clocks' },
  'system-randomness.ts': { imports: [domain], packages: ['node:crypto'], reason: 'the only source of random bytes' },
}

/** The table as Markdown. */
export function renderImportTable(): string {
  const rows = Object.entries(IMPORT_TABLE).map(
    ([name, { imports, reason }]) => `| \`${name}\` | ${imports.map(describeArrow).join(', ') || '–'} | ${reason} |`,
  )
  const composing = Object.entries(COMPOSING_ROOMS).map(([name, reason]) => `| \`${name}\` | all | ${reason} |`)
  return ['| room | may import | because |', '| --- | --- | --- |', ...rows, ...composing].join('\n')
}

function describeArrow({ to, typesOnly, filesOnly }: Arrow): string {
  if (filesOnly !== undefined) return `of \`${to}\` ${filesOnly.map((file) => `\`${file}\``).join(' ')}`
  return typesOnly ? `types of \`${to}\`` : `\`${to}\``
}

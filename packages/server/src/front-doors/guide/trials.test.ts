import { describe, expect, test } from 'vitest'
import { CHECK } from '../checking/trial.ts'
import { frontDoors } from '../registry.ts'
import { canBeSent, showRequest } from './try-exchange.ts'

const steps = frontDoors.flatMap((door) => (door.trial?.steps ?? []).map((step) => ({ door, step, title: `${door.name} ${step.name}` })))

/** Each would lead elsewhere, or be more than a value, if it were taken as it is. */
const PROBES = [
  'x?a=b&c#d',
  '../../try/x',
  '//evil.example/',
  'http://evil.example/',
  'a\r\nauthorization: Bearer t',
  '%2f%0d%0a',
  '"}{"a":"',
  '\\',
  'é',
  '\u0000',
]

describe('a step of a door’s trial', () => {
  test('there are some at every platform, as many as its way to a token has', () => {
    const counts = frontDoors.map(({ name, trial }) => [name, trial?.steps.length])
    expect(Object.fromEntries(counts)).toEqual({ checking: 1, guide: undefined, idm: 3, vpaas: 3, voipex: 2, smartflo: 2, servetel: 2 })
  })

  test.each(steps)('has fields that no form confuses: $title', ({ door, step }) => {
    const names = step.fields.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    const reserved = ['step', 'next', ...(step === CHECK ? [] : ['accessToken'])]
    expect(names.filter((name) => reserved.includes(name))).toEqual([])
    expect(door.trial?.steps.filter(({ name }) => name === step.name)).toHaveLength(1)
  })

  test.each(steps)('goes to a path of its own door, with the same headers, whatever is typed: $title', ({ door, step }) => {
    const requestOf = (value: string) => step.request(Object.fromEntries(step.fields.map(({ name }) => [name, value])))
    const plain = requestOf('x')
    const [path = ''] = plain.path.split('?')
    const owned = door.owns.flatMap(({ paths }) => paths)
    expect(owned.some((own) => own === path || (own.endsWith('/*') && path.startsWith(own.slice(0, -1))))).toBe(true)
    for (const probe of PROBES) {
      const request = requestOf(probe)
      expect(request.method).toBe(plain.method)
      expect(request.path.split('?')[0]).toBe(path)
      expect(request.path).toMatch(/^\/[\x21\x24-\x7e]*$/)
      expect(Object.keys(request.headers)).toEqual(Object.keys(plain.headers))
      expect(membersOf(request.body)).toEqual(membersOf(plain.body))
      if (/[\r\n\0é]/.test(Object.values(request.headers).join(''))) expect(canBeSent(request), probe).toBe(false)
    }
  })

  test.each(steps)('is shown without what is secret: $title', ({ step }) => {
    const secret = 'q'.repeat(60)
    const values = Object.fromEntries(step.fields.map(({ name, kind }) => [name, kind === 'text' ? `open-${name}` : secret]))
    const shown = showRequest(step, values, 'https://tokens.example')
    expect(shown).not.toContain('q'.repeat(13))
    // What is made for a form goes on from there as a digest.
    for (const { name, kind, isMade } of step.fields) if (kind === 'text') expect(shown.includes(`open-${name}`)).toBe(isMade !== true)
    expect(shown).toMatch(/^(?:GET|POST) https:\/\/tokens\.example\//)
    if (step.fields.some(({ kind }) => kind !== 'text')) expect(shown).toMatch(/\*{8}|q{12}\.\.\./)
  })
})

/** The names in a body of JSON or of a form. */
function membersOf(body: string | undefined): string[] {
  if (body === undefined) return []
  return body.startsWith('{') ? Object.keys(JSON.parse(body)) : [...new URLSearchParams(body).keys()]
}

describe('commands', () => {
  const demos = frontDoors.flatMap(({ name, demo }) => (demo === undefined ? [] : [{ name, demo }]))

  test.each(demos)('with placeholders are whole: $name', ({ demo }) => {
    const commands = demo.commands({ ...demo.placeholders('acme'), baseUrl: 'https://tokens.example/t/acme' })
    expect(commands.length).toBeGreaterThan(2)
    for (const { title, command } of commands) {
      expect(`${title} ${command}`).not.toMatch(/undefined|null|\[object|NaN/)
      expect(command).toContain('https://tokens.example/t/acme/')
    }
    expect(commands.map(({ command }) => command).join('\n')).toMatch(/YOUR_/)
  })

  test.each(demos)('have placeholders for all that the demo makes: $name', async ({ demo }) => {
    const made = await demo.prepare({
      tenant: 'acme',
      door: 'smartflo',
      baseUrl: 'https://tokens.example',
      account: async () => ({ password: 'p' }),
      application: async () => {},
      apiKey: async () => 'k',
    })
    expect(namesIn(demo.placeholders('acme'))).toEqual(namesIn(made))
  })
})

function namesIn(settings: object): string[] {
  return Object.entries(settings)
    .flatMap(([name, value]) => (typeof value === 'object' ? namesIn(value).map((inner) => `${name}.${inner}`) : [name]))
    .sort()
}

import { describe, expect, it } from 'vitest'
import { flagsOf, MAX_ROLES, parseRole, parseRoles, type Role, sortRoles } from './role.ts'

describe('parseRole', () => {
  it.each([
    ['of the tenant', 'agent'],
    ['of one application', 'switchboard/operator'],
    ['with every character that there is', 'AZaz09._-/AZaz09._-'],
    ['of 64 characters', 'a'.repeat(64)],
    ['that is a flag', '/feature/mss/mailbox_allowed'],
    ['that is a flag of one segment', '/operator'],
    ['that is a flag of eight segments, each as long as any', `/${'a'.repeat(64)}`.repeat(8)],
    ['of an application whose client id is as long as any', `${'a'.repeat(99)}~/${'b'.repeat(64)}`],
  ])('reads a role %s as it is', (_what, text) => {
    expect(parseRole(text)).toBe(text)
  })

  it.each([
    ['nothing', ''],
    ['a blank', 'a b'],
    ['surrounding blanks', ' agent'],
    ['a line break at the end', 'agent\n'],
    ['a letter beyond ASCII', 'ägent'],
    ['a quotation mark', 'a"b'],
    ['a flag without a name', '/'],
    ['an empty segment of a flag', '/feature//mss'],
    ['a flag that ends with a slash', '/feature/'],
    ['a flag of nine segments', '/a'.repeat(9)],
    ['a segment of 65 characters', `/feature/${'a'.repeat(65)}`],
    ['a letter beyond ASCII in a flag', '/feature/ä'],
    ['a line break at the end of a flag', '/feature\n'],
    ['no role behind it', 'switchboard/'],
    ['two slashes', 'switchboard/a/b'],
    ['65 characters', 'a'.repeat(65)],
    ['what is no client id before the slash', `${'a'.repeat(101)}/b`],
    ['65 characters behind the slash', `a/${'b'.repeat(65)}`],
  ])('refuses %s', (_what, text) => {
    expect(parseRole(text)).toBeUndefined()
  })
})

describe('parseRoles', () => {
  it('reads each once, in the order given', () => {
    expect(parseRoles(['b', 'a', 'b', 'app/a'])).toEqual(['b', 'a', 'app/a'])
    expect(parseRoles([])).toEqual([])
  })

  it('refuses more characters than a token has room for', () => {
    const long = (length: number) => Array.from({ length }, (_, index) => String(index).padStart(64, 'r'))
    expect(parseRoles(long(16))).toHaveLength(16)
    expect(parseRoles(long(17))).toBeUndefined()
  })

  it('refuses all of them for one that is none', () => {
    expect(parseRoles(['a', 'b c'])).toBeUndefined()
  })

  it('refuses more than fit into a token, counted without repetitions', () => {
    const most = Array.from({ length: MAX_ROLES }, (_, index) => `role-${index}`)
    expect(parseRoles([...most, ...most])).toEqual(most)
    expect(parseRoles([...most, 'one-more'])).toBeUndefined()
  })
})

describe('flagsOf', () => {
  it('gives the flags alone, in the order given', () => {
    expect(flagsOf(['/b', 'agent', 'pbx/x', '/a/b'] as Role[])).toEqual(['/b', '/a/b'])
    expect(flagsOf(['agent'] as Role[])).toEqual([])
  })
})

describe('sortRoles', () => {
  it('leaves flags out of both', () => {
    const sorted = sortRoles(['/feature/x', 'a', 'pbx/y', '/b'] as Role[])
    expect(sorted).toEqual({ ofTenant: ['a'], ofApplications: new Map([['pbx', ['y']]]) })
  })

  it("parts the tenant's from those of each application, in the order given", () => {
    const sorted = sortRoles(['b', 'pbx/y', 'a', 'crm/z', 'pbx/x'] as Role[])
    expect(sorted.ofTenant).toEqual(['b', 'a'])
    expect([...sorted.ofApplications]).toEqual([
      ['pbx', ['y', 'x']],
      ['crm', ['z']],
    ])
  })

  it('a client id that is the name of something in every object is a client id', () => {
    expect([...sortRoles(['__proto__/a', 'constructor/b'] as Role[]).ofApplications]).toEqual([
      ['__proto__', ['a']],
      ['constructor', ['b']],
    ])
  })
})

import { describe, expect, test } from 'vitest'
import type { FrontDoor } from './front-door.ts'
import { overlap } from './owned-paths.ts'
import { findCollisions, findDoor, frontDoors } from './registry.ts'

const names = frontDoors.map((door) => door.name)

test('names are unique and can stand in a configuration', () => {
  expect(new Set(names).size).toBe(names.length)
  for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9-]*$/)
})

test('every door names its document', () => {
  for (const door of frontDoors) expect(new URL(door.documentUrl).protocol).toBe('https:')
})

test('a door is found by its name', () => {
  expect(findDoor('servetel')?.title).toBe('Servetel')
  expect(findDoor('__proto__')).toBeUndefined()
})

test('two platforms of one family share their paths, each alone does not collide with what every tenant has', () => {
  expect(findCollisions(['smartflo', 'servetel'])).toEqual([{ doors: ['smartflo', 'servetel'], path: '/v1/*' }])
  for (const name of names) expect(findCollisions([name])).toEqual([])
})

test('a door that would share a path with those of every tenant collides alone', () => {
  const [checking, smartflo] = [findDoor('checking'), findDoor('smartflo')]
  if (checking === undefined || smartflo === undefined) throw new Error('missing')
  const greedy: FrontDoor = { ...smartflo, name: 'greedy', owns: [{ ...(checking.owns[0] ?? expect.fail('no area')), paths: ['/*'] }] }
  expect(findCollisions(['greedy'], [checking, greedy])).toEqual([{ doors: ['checking', 'greedy'], path: '/verify' }])
})

describe('owned paths', () => {
  test.each([
    ['/a', '/a', true],
    ['/a', '/a/b', false],
    ['/a/*', '/a', true],
    ['/a/*', '/a/b', true],
    ['/a/*', '/ab', false],
    ['/a/*', '/a/b/*', true],
    ['/a/b/*', '/a/*', true],
    ['/a/*', '/b/*', false],
    ['/*', '/anything', true],
  ] as const)('%s and %s', (one, other, expected) => {
    expect([overlap(one, other), overlap(other, one)]).toEqual([expected, expected])
  })
})

import Fastify from 'fastify'
import { describe, expect, test } from 'vitest'
import { guideMaterial } from '../testing/guide-material.ts'
import type { UseCases } from '../use-cases/use-cases.ts'
import { ANY_METHOD } from './checking/verify.ts'
import type { FrontDoor } from './front-door.ts'
import type { Operation } from './operation.ts'
import { frontDoors } from './registry.ts'

/** Answered beside what is described: `HEAD` as `GET` without its body, `OPTIONS` to a browser that asks first. */
const BESIDE = new Set(['HEAD', 'OPTIONS'])

/** `POST /v1/auth/login`; `ANY /verify`. */
async function registeredBy(door: FrontDoor): Promise<string[]> {
  const app = Fastify()
  const routes = new Set<string>()
  app.addHook('onRoute', ({ method, url }) => {
    const methods = [method].flat()
    if (methods.length === ANY_METHOD.length) routes.add(`ANY ${url}`)
    else for (const one of methods) if (!BESIDE.has(one)) routes.add(`${one} ${url}`)
  })
  const useCases = {} as UseCases // nothing is asked
  await app.register(door.plugin({ useCases, issuerOf: () => '', doors: frontDoors, guide: guideMaterial, sendFor: () => expect.fail() }))
  await app.ready()
  await app.close()
  return [...routes].sort()
}

function describedBy({ operations }: FrontDoor): string[] {
  const own = operations.filter(({ isAtRoot }) => !isAtRoot)
  return own.flatMap(({ method, path, aliases = [] }) => [path, ...aliases].map((each) => `${method} ${each}`)).sort()
}

describe.each(frontDoors.map((door) => [door.name, door] as const))('%s', (name, door) => {
  test('describes each route that it has, and no other', async () => {
    expect(describedBy(door)).toEqual(await registeredBy(door))
  })

  test('names its operations after itself, each by another name', () => {
    const ids = door.operations.map(({ id }) => id)
    expect(ids.filter((id) => !id.startsWith(`${name}-`))).toEqual([])
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('describes each parameter of a path', () => {
    const missing = door.operations.filter(({ path, parameters = [] }: Operation) =>
      [...path.matchAll(/:(\w+)/g)].some(([, parameter]) => !parameters.some((one) => one.in === 'path' && one.name === parameter)),
    )
    expect(missing).toEqual([])
  })
})

/** The documents are OpenAPI 3.1, clean by the rules of a linter, and rest on examples that tell no secret. */
import { createConfig, lintFromString } from '@redocly/openapi-core'
import { describe, expect, it } from 'vitest'
import type { OpenApiDocument, OperationObject } from '../../packages/server/src/front-doors/guide/openapi-document.ts'
import { frontDoors } from '../../packages/server/src/front-doors/registry.ts'
import { everyDocument } from './documents.ts'

/** The rules of the linter that could find anything here (https://redocly.com/docs/cli/rules). `struct` is the specification itself. */
const RULES = {
  struct: 'error',
  'no-unresolved-refs': 'error',
  'no-unused-components': 'error',
  'no-invalid-media-type-examples': 'error',
  'no-invalid-parameter-examples': 'error',
  'no-invalid-schema-examples': 'error',
  'no-schema-type-mismatch': 'error',
  'no-enum-type-mismatch': 'error',
  'no-required-schema-properties-undefined': 'error',
  'operation-operationId': 'error',
  'operation-operationId-unique': 'error',
  'operation-operationId-url-safe': 'error',
  'operation-summary': 'error',
  'operation-description': 'error',
  'operation-singular-tag': 'error',
  'operation-tag-defined': 'error',
  'operation-parameters-unique': 'error',
  'operation-4xx-response': 'error',
  'parameter-description': 'error',
  'path-parameters-defined': 'error',
  'path-declaration-must-exist': 'error',
  'path-not-include-query': 'error',
  'no-path-trailing-slash': 'error',
  'no-identical-paths': 'error',
  'no-ambiguous-paths': 'error',
  'security-defined': 'error',
  'tag-description': 'error',
  'info-license': 'error',
  'no-server-trailing-slash': 'error',
  'no-empty-servers': 'error',
} as const

async function lint(document: unknown): Promise<string[]> {
  const config = await createConfig({ rules: RULES })
  const problems = await lintFromString({ source: JSON.stringify(document), absoluteRef: '/openapi.json', config })
  return problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer ?? ''}`)
}

function operationsOf({ paths }: OpenApiDocument): OperationObject[] {
  return Object.values(paths).flatMap(({ get, post }) => [get, post].flatMap((operation) => operation ?? []))
}

const documents = await everyDocument()
const [first = expect.fail('no document')] = documents.values()

describe.each([...documents])('the document of a tenant with %s', (_doors, document) => {
  it('is OpenAPI 3.1, and the linter finds nothing', async () => {
    expect(await lint(document)).toEqual([])
  })

  it('describes for each operation an answer that is no error, and shows it', () => {
    for (const { operationId, responses, ...operation } of operationsOf(document)) {
      const good = Object.entries(responses).filter(([status]) => status < '4')
      expect(good.length, operationId).toBeGreaterThan(0)
      expect(operation['x-codeSamples']?.[0]?.source, operationId).toMatch(/^curl /)
      for (const [status, response] of good)
        for (const [mediaType, { examples }] of Object.entries('content' in response ? (response.content ?? {}) : {}))
          if (!['text/html', 'text/css'].includes(mediaType)) expect(examples, `${operationId} ${status} ${mediaType}`).toBeDefined()
    }
  })

  it('leaves nothing to be filled in', () => {
    expect(JSON.stringify(document)).not.toMatch(/\{\{|undefined|\[object/)
  })

  it('has descriptions that are sentences', () => {
    for (const { operationId, summary, description } of operationsOf(document)) {
      expect(summary, operationId).toMatch(/^[A-Z].*[^.]$/)
      expect(description, operationId).toMatch(/[.!]$/)
    }
  })
})

it('every door is in a document', () => {
  const tags = [...documents.values()].flatMap((document) => document.tags.map(({ name }) => name))
  expect(frontDoors.map(({ title }) => title).filter((title) => !tags.includes(title))).toEqual([])
})

it('an example has no password, key or secret but those that are made up', () => {
  const text = JSON.stringify([...documents.values()])
  const secrets = [...text.matchAll(/(?:apikey: |client_secret=|"client_secret":\\?"|Authorization: Basic )([\w+/=-]+)/g)].map(
    ([, secret = '']) => secret,
  )
  const plain = secrets.map((secret) => (/^[A-Za-z0-9+/]+={0,2}$/.test(secret) ? Buffer.from(secret, 'base64').toString() : secret))
  expect(plain.length).toBeGreaterThan(3)
  expect(text).not.toMatch(/correct.horse/) // the password of the golden exchanges
  for (const [index, secret] of secrets.entries()) expect(`${secret} ${plain[index]}`).toContain('EXAMPLE-')
})

describe('the linter finds', () => {
  const brokenBy = (changes: object, components: Partial<OpenApiDocument['components']> = {}) => {
    const copy = structuredClone(first)
    const [operation = expect.fail('no operation')] = operationsOf(copy)
    Object.assign(operation, changes)
    return lint({ ...copy, components: { ...copy.components, ...components } })
  }
  const unfit = { 'application/json': { schema: { type: 'string' }, examples: { one: { value: 1 } } } }

  it.each<[string, string, object]>([
    ['what is no OpenAPI', 'struct', { answers: {} }],
    ['an operation with the id of another', 'operation-operationId-unique', { operationId: 'guide-show-docs' }],
    ['a reference to nothing', 'no-unresolved-refs', { responses: { 200: { $ref: '#/components/responses/nothing' } } }],
    ['an answer without a description', 'struct', { responses: { 200: {} } }],
    ['an example that does not fit', 'no-invalid-media-type-examples', { responses: { 200: { description: 'x', content: unfit } } }],
  ])('%s', async (_what, rule, changes) => {
    expect((await brokenBy(changes)).join('\n')).toContain(`${rule}: `)
  })

  it('a component that nobody uses', async () => {
    const schemas = { ...first.components.schemas, Unused: { type: 'string' } }
    expect((await brokenBy({}, { schemas })).join('\n')).toContain('no-unused-components: ')
  })
})

/** What a door says of its routes, as a part of an OpenAPI document. */
import type { FrontDoor } from '../../packages/server/src/front-doors/front-door.ts'
import type {
  ContentObject,
  Fragment,
  JsonSchema,
  OperationObject,
  PathItem,
  Reference,
  ResponseObject,
} from '../../packages/server/src/front-doors/guide/openapi-document.ts'
import type { Answer, Content, Credential, Operation } from '../../packages/server/src/front-doors/operation.ts'
import type { ExampleExchange } from './example-exchanges.ts'
import { curlOf, examplesOf, exchangesOf, pathTemplate } from './examples.ts'
import { createSchemaRegister, type SchemaRegister } from './schemas.ts'
import { transportErrorsOf } from './transport.ts'

const SECURITY_SCHEMES: Readonly<Record<Credential, JsonSchema>> = {
  bearer: { type: 'http', scheme: 'bearer', description: 'An access token after `Bearer`.' },
  raw: { type: 'apiKey', in: 'header', name: 'Authorization', description: 'A token as it is, without a scheme.' },
  basic: {
    type: 'http',
    scheme: 'basic',
    description: 'Client id and secret of an application, each form-encoded (RFC 6749, section 2.3.1).',
  },
  api_key: { type: 'apiKey', in: 'header', name: 'apikey', description: 'An API key of an application.' },
}

/** What a server says before it knows whose path a request is for. */
const BEFORE_DOORS = {
  421: { name: 'guide.Misdirected', description: 'This server does not answer for that host.' },
  431: { name: 'guide.HeadTooLarge', description: 'The head of the request is larger than 16 KiB.' },
} as const
const PLAIN_ERROR: ContentObject = { 'application/json': { schema: { $ref: '#/components/schemas/guide.PlainError' } } }

/** Where these are kept, because every tenant has the door. */
const KEEPER = 'guide'

export function describeDoor(door: FrontDoor, exchanges: readonly ExampleExchange[]): Fragment {
  const register = createSchemaRegister(door.name)
  const responses: Record<string, ResponseObject> = {}
  const paths: Record<string, PathItem> = {}
  for (const operation of door.operations) {
    const path = pathTemplate(operation.path)
    const method = operation.method === 'POST' ? 'post' : 'get'
    const described = describeOperation(door, operation, exchangesOf(operation, exchanges), register, responses)
    paths[path] = { ...paths[path], ...(operation.isAtRoot ? { servers: [{ url: '{{origin}}' }] } : {}), [method]: described }
  }
  if (door.name === KEEPER)
    for (const { name, description } of Object.values(BEFORE_DOORS)) responses[name] = { description, content: PLAIN_ERROR }
  const credentials = new Set(door.operations.flatMap((operation) => operation.credentials?.flat() ?? []))
  return {
    tag: { name: door.title, description: door.about, externalDocs: { description: 'The document', url: door.documentUrl } },
    paths,
    components: {
      schemas: register.components as Fragment['components']['schemas'],
      responses,
      securitySchemes: Object.fromEntries([...credentials].map((credential) => [credential, SECURITY_SCHEMES[credential]])),
    },
  }
}

function describeOperation(
  door: FrontDoor,
  operation: Operation,
  exchanges: readonly ExampleExchange[],
  register: SchemaRegister,
  shared: Record<string, ResponseObject>,
): OperationObject {
  const { id, method, aliases, summary, description, parameters, body, credentials } = operation
  const curl = curlOf(exchanges)
  const good = exchanges.filter(({ status }) => status < 400)
  return {
    operationId: id,
    tags: [door.title],
    summary,
    ...(description === undefined ? {} : { description }),
    ...(method === 'ANY' ? { 'x-any-method': true } : {}),
    ...(aliases === undefined ? {} : { 'x-aliases': aliases.map(pathTemplate) }),
    security: (credentials ?? []).map((together) => Object.fromEntries(together.map((credential) => [credential, []]))),
    ...(parameters === undefined ? {} : { parameters: parameters.map((parameter) => describeParameter(parameter, good, register)) }),
    ...(body === undefined
      ? {}
      : { requestBody: { required: body.isRequired, content: contentOf(body.content, register, examplesOf(good, 'request')) } }),
    responses: describeResponses(door, operation, exchanges, register, shared),
    ...(curl === undefined ? {} : { 'x-codeSamples': [{ lang: 'Shell', label: 'curl', source: curl }] }),
  }
}

function describeParameter(
  { in: place, name, description, isRequired, schema }: NonNullable<Operation['parameters']>[number],
  exchanges: readonly ExampleExchange[],
  register: SchemaRegister,
): NonNullable<OperationObject['parameters']>[number] {
  const found =
    place === 'query' ? exchanges.map(({ query }) => new URLSearchParams(query).get(name)).find((value) => value !== null) : undefined
  return {
    name,
    in: place,
    description,
    required: isRequired,
    schema: register.refer(schema) as JsonSchema,
    ...(found === undefined ? {} : { example: found }),
  }
}

function describeResponses(
  door: FrontDoor,
  operation: Operation,
  exchanges: readonly ExampleExchange[],
  register: SchemaRegister,
  shared: Record<string, ResponseObject>,
): OperationObject['responses'] {
  const onTheWay = transportErrorsOf(door, operation)
  const responses: Record<string, ResponseObject | Reference> = {}
  for (const [status, answer] of Object.entries(operation.answers)) {
    const sentences = onTheWay.get(Number(status)) ?? []
    const described = sentences.length === 0 ? answer : joinAnswers(answer, operation.errors, sentences)
    const examples = examplesOf(
      exchanges.filter((exchange) => exchange.status === Number(status)),
      'answer',
    )
    responses[status] = describeAnswer(described, register, examples)
  }
  for (const [status, sentences] of onTheWay) {
    if (operation.answers[status] !== undefined) continue
    const answer = {
      description: sentences.join(' '),
      ...(Object.keys(operation.errors).length === 0 ? {} : { content: operation.errors }),
    }
    const described = describeAnswer(status === 503 ? { ...answer, headers: LATER } : answer, register, {})
    responses[status] = share(`${door.name}.Status${status}`, described, shared)
  }
  for (const [status, { name }] of Object.entries(BEFORE_DOORS))
    if (responses[status] === undefined && (!operation.isAtRoot || status === '431'))
      responses[status] = { $ref: `#/components/responses/${name}` }
  return responses
}

const LATER: NonNullable<Answer['headers']> = {
  'Retry-After': { description: 'In how many seconds to ask again.', schema: { type: 'integer' } },
}

/** An answer that two know: the route, and what stands before it. */
function joinAnswers(answer: Answer, errors: Content, sentences: readonly string[]): Answer {
  const content: Record<string, Content[string]> = { ...answer.content }
  for (const [mediaType, schema] of Object.entries(errors)) {
    const own = content[mediaType]
    const isSame = own === undefined || JSON.stringify(own) === JSON.stringify(schema) || isAmong(own, schema)
    content[mediaType] = own === undefined ? schema : isSame ? own : { anyOf: [own, schema] }
  }
  return {
    ...answer,
    description: `${answer.description} ${sentences.join(' ')}`,
    ...(Object.keys(content).length === 0 ? {} : { content }),
  }
}

function isAmong(union: Content[string], schema: Content[string]): boolean {
  return 'anyOf' in union && Array.isArray(union.anyOf) && union.anyOf.some((one) => JSON.stringify(one) === JSON.stringify(schema))
}

function describeAnswer(
  { description, content, isSometimesEmpty, headers }: Answer,
  register: SchemaRegister,
  examples: Examples,
): ResponseObject {
  return {
    description,
    ...(headers === undefined
      ? {}
      : {
          headers: Object.fromEntries(
            Object.entries(headers).map(([name, header]) => [name, { ...header, schema: register.refer(header.schema) as JsonSchema }]),
          ),
        }),
    ...(content === undefined ? {} : { content: contentOf(content, register, examples) }),
    ...(isSometimesEmpty ? { 'x-sometimes-empty': true } : {}),
  }
}

type Examples = ReturnType<typeof examplesOf>

function contentOf(content: Content, register: SchemaRegister, examples: Examples): ContentObject {
  return Object.fromEntries(
    Object.entries(content).map(([mediaType, schema]) => {
      const found = examples[mediaType]
      return [mediaType, { schema: register.refer(schema) as JsonSchema, ...(found === undefined ? {} : { examples: found }) }]
    }),
  )
}

/** The same answer of many operations is written once; another of the same name gets a number. */
function share(name: string, response: ResponseObject, shared: Record<string, ResponseObject>): Reference {
  for (let count = 1; ; count += 1) {
    const numbered = count === 1 ? name : `${name}-${count}`
    shared[numbered] ??= response
    if (JSON.stringify(shared[numbered]) === JSON.stringify(response)) return { $ref: `#/components/responses/${numbered}` }
  }
}

/** Whether an exchange is as an OpenAPI document says. Answers are ours: a member that their schema does not name is a slip. */
import Schema from 'typebox/schema'
import { matchesPath } from '../../../../scripts/openapi/examples.ts'
import type { RawAnswer } from '../../../../vectors/raw-socket.ts'
import type { JsonSchema, OpenApiDocument, OperationObject, Reference, ResponseObject } from '../front-doors/guide/openapi-document.ts'

export interface SentRequest {
  readonly method: string
  /** In the tenant, with its query; of what is at the root of the server, there. */
  readonly target: string
  readonly contentType: string | undefined
  readonly body: string
}

export interface Fitter {
  readonly document: OpenApiDocument
  /** undefined: the document has no such path or method */
  operationOf(request: Pick<SentRequest, 'method' | 'target'>): OperationObject | undefined
  /** @returns what of the answer does not fit, a line each */
  fitAnswer(request: Pick<SentRequest, 'method' | 'target'>, answer: RawAnswer): readonly string[]
  /** As `fitAnswer`, and whether a request that went well is one that the document allows. */
  fit(request: SentRequest, answer: RawAnswer): readonly string[]
}

/** Where these are described they are always there; others may depend. */
const ALWAYS_THERE = ['location', 'retry-after', 'www-authenticate', 'etag', 'cache-control']

export function createFitter(document: OpenApiDocument): Fitter {
  const check = createChecks(document)

  function operationOf({ method, target }: Pick<SentRequest, 'method' | 'target'>): OperationObject | undefined {
    const [path = ''] = target.split('?')
    for (const [template, { get, post }] of Object.entries(document.paths)) {
      const found = get?.['x-any-method'] ? get : method === 'POST' ? post : method === 'GET' || method === 'HEAD' ? get : undefined
      if (found !== undefined && [template, ...(found['x-aliases'] ?? [])].some((one) => matchesPath(one, path))) return found
    }
    return undefined
  }

  function fitResponse(method: string, response: ResponseObject, { headers, body }: RawAnswer): string[] {
    const missing = Object.keys(response.headers ?? {})
      .map((name) => name.toLowerCase())
      .filter((name) => ALWAYS_THERE.includes(name) && !headers.has(name))
      .map((name) => `the header ${name} is missing`)
    const { content, 'x-sometimes-empty': isSometimesEmpty } = response
    if (body === '') return [...missing, ...(content === undefined || isSometimesEmpty || method === 'HEAD' ? [] : ['the body is missing'])]
    const mediaType = mediaTypeOf(headers.get('content-type'))
    const described = content?.[mediaType]
    if (described === undefined) return [...missing, `a body of ${mediaType} is not described`]
    return [...missing, ...check(described.schema, mediaType, body)]
  }

  function fitAnswer(request: Pick<SentRequest, 'method' | 'target'>, answer: RawAnswer): readonly string[] {
    const operation = operationOf(request)
    if (operation === undefined) return [404, 405].includes(answer.status) ? [] : [`${answer.status} of what is not described`]
    const response = operation.responses[answer.status]
    if (response === undefined) return [`the status ${answer.status} is not described`]
    return fitResponse(request.method, responseOf(response, document), answer)
  }

  return {
    document,
    operationOf,
    fitAnswer,
    fit(request, answer) {
      const operation = operationOf(request)
      const problems = fitAnswer(request, answer)
      return operation === undefined || answer.status >= 300 ? problems : [...problems, ...fitRequest(operation, request, check)]
    },
  }
}

type Check = (schema: JsonSchema, mediaType: string, body: string) => string[]

/** What was answered well was a request that the document allows. */
function fitRequest({ parameters = [], requestBody }: OperationObject, { target, contentType, body }: SentRequest, check: Check): string[] {
  const query = new URLSearchParams(target.split('?')[1])
  const missing = parameters
    .filter((parameter) => parameter.required && parameter.in === 'query' && !query.has(parameter.name))
    .map(({ name }) => `the parameter ${name} is missing`)
  if (requestBody === undefined) return missing
  if (body === '') return [...missing, ...(requestBody.required ? ['the body of the request is missing'] : [])]
  const mediaType = mediaTypeOf(contentType)
  const described = requestBody.content[mediaType]
  if (described === undefined) return [...missing, `a request of ${mediaType} is not described`]
  return [...missing, ...check(described.schema, mediaType, body).map((problem) => `the request: ${problem}`)]
}

function responseOf(response: ResponseObject | Reference, { components }: OpenApiDocument): ResponseObject {
  if (!('$ref' in response)) return response
  const found = components.responses[response.$ref.replace('#/components/responses/', '')]
  if (found === undefined) throw new Error(`there is no ${response.$ref}`)
  return found
}

function mediaTypeOf(contentType: string | undefined): string {
  return (contentType ?? 'none').split(';')[0]?.trim().toLowerCase() ?? 'none'
}

function createChecks(document: OpenApiDocument): Check {
  const validators = new Map<JsonSchema, ReturnType<typeof Schema.Compile>>()
  return (schema, mediaType, body) => {
    const validator = validators.get(schema) ?? Schema.Compile(closed(schema, document) as JsonSchema)
    validators.set(schema, validator)
    const value = read(mediaType, body)
    if (value === undefined) return [`the body is no ${mediaType}`]
    if (validator.Check(value)) return []
    const [, errors] = validator.Errors(value)
    return errors.map(({ instancePath, message }) => `the body ${instancePath} ${message}`)
  }
}

function read(mediaType: string, body: string): unknown {
  if (mediaType === 'application/x-www-form-urlencoded') return Object.fromEntries(new URLSearchParams(body))
  if (mediaType !== 'application/json') return body
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

/** With its references resolved, and with no other members than it names, unless it says that there may be. */
function closed(schema: unknown, document: OpenApiDocument): unknown {
  if (Array.isArray(schema)) return schema.map((item) => closed(item, document))
  if (typeof schema !== 'object' || schema === null) return schema
  if ('$ref' in schema && typeof schema.$ref === 'string')
    return closed(document.components.schemas[schema.$ref.replace('#/components/schemas/', '')], document)
  const members = Object.fromEntries(Object.entries(schema).map(([name, member]) => [name, closed(member, document)]))
  return 'type' in schema && schema.type === 'object' && !('additionalProperties' in schema)
    ? { ...members, additionalProperties: false }
    : members
}

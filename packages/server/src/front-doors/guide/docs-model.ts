/** An OpenAPI document as its page shows it. */
import type { DocsAnswer, DocsBody, DocsModel, DocsOperation, DocsSection } from '../../pages/docs.ts'
import { anchorOf, bodiesOf, typeOf } from './docs-shapes.ts'
import type { OpenApiDocument, OperationObject, ParameterObject, Reference, ResponseObject } from './openapi-document.ts'

export function docsOf(document: OpenApiDocument): Omit<DocsModel, 'setting'> {
  const { info, servers, tags } = document
  const sections = tags.map((tag): DocsSection => {
    const { name, description, externalDocs } = tag
    return { id: anchorOf(name), title: name, about: description, documentUrl: externalDocs.url, operations: operationsOf(name, document) }
  })
  return {
    title: info.title,
    version: info.version,
    description: info.description,
    address: servers[0]?.url ?? '',
    sections,
    shapes: shapesOf(sections.flatMap(({ operations }) => operations)),
  }
}

function operationsOf(tag: string, document: OpenApiDocument): DocsOperation[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    (['get', 'post'] as const).flatMap((method) => {
      const operation = item[method]
      return operation?.tags.includes(tag) ? [describe(method, path, operation, document)] : []
    }),
  )
}

function describe(method: string, path: string, operation: OperationObject, document: OpenApiDocument): DocsOperation {
  const { operationId, summary, description, parameters = [], requestBody, security, responses } = operation
  const answers = Object.entries(responses).map(([status, response]) => ({
    isShared: '$ref' in response,
    answer: answerOf(status, responseOf(response, document), document),
  }))
  return {
    id: operationId,
    method: operation['x-any-method'] === true ? 'ANY' : method.toUpperCase(),
    path,
    aliases: operation['x-aliases'] ?? [],
    summary,
    description: description ?? '',
    credentials: security.map((together) => Object.keys(together).map((name) => CREDENTIALS[name] ?? name)),
    parameters: parameters.map((parameter) => memberOf(parameter, document)),
    bodies: requestBody === undefined ? [] : bodiesOf(requestBody.content, document),
    answers: answers.filter(({ isShared }) => !isShared).map(({ answer }) => answer),
    onTheWay: answers.filter(({ isShared }) => isShared).map(({ answer }) => answer),
    curl: operation['x-codeSamples']?.[0]?.source,
    exampleAnswer: exampleAnswerOf(responses, document),
  }
}

const CREDENTIALS: Readonly<Record<string, string>> = {
  bearer: 'a token after `Bearer` in `Authorization`',
  raw: 'a token alone in `Authorization`',
  basic: 'client id and secret by HTTP Basic',
  api_key: 'an API key in the header `apikey`',
}

const PLACES: Readonly<Record<ParameterObject['in'], string>> = { query: 'in the query', header: 'a header', path: 'in the path' }

function memberOf({ name, in: place, description, required, schema }: ParameterObject, document: OpenApiDocument) {
  return { name, type: `${typeOf(schema, document)}, ${PLACES[place]}`, isRequired: required, description }
}

function responseOf(response: ResponseObject | Reference, { components }: OpenApiDocument): ResponseObject {
  if (!('$ref' in response)) return response
  const found = components.responses[response.$ref.replace('#/components/responses/', '')]
  if (found === undefined) throw new Error(`there is no ${response.$ref}`)
  return found
}

function answerOf(status: string, { description, headers = {}, content = {} }: ResponseObject, document: OpenApiDocument): DocsAnswer {
  return {
    status,
    description,
    headers: Object.entries(headers).map(([name, header]) => ({ name, description: header.description })),
    bodies: bodiesOf(content, document),
  }
}

function isGood({ status }: Pick<DocsAnswer, 'status'>): boolean {
  return status.startsWith('2')
}

/** The bodies that many answers have, once each: those of requests and of good answers stand at their operations. */
function shapesOf(operations: readonly DocsOperation[]): readonly DocsBody[] {
  const bodies = operations
    .flatMap(({ answers, onTheWay }) => [...answers, ...onTheWay])
    .filter((answer) => !isGood(answer))
    .flatMap((answer) => answer.bodies)
  return [...new Map(bodies.flatMap((body) => (body.anchor === undefined ? [] : [[body.anchor, body] as const]))).values()]
}

/** Of the first answer that is no error and has one. */
function exampleAnswerOf(responses: OperationObject['responses'], document: OpenApiDocument): DocsOperation['exampleAnswer'] {
  for (const [status, response] of Object.entries(responses).filter(([code]) => code < '4')) {
    for (const [mediaType, { examples }] of Object.entries(responseOf(response, document).content ?? {})) {
      const [example] = Object.values(examples ?? {})
      if (example === undefined) continue
      const { value } = example
      return { status, mediaType, text: typeof value === 'string' ? value : JSON.stringify(value, undefined, 2) }
    }
  }
  return undefined
}

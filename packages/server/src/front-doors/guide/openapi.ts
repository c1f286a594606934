/** The document of each tenant, made at the first request for it, and how it is answered. */
import { createHash } from 'node:crypto'
import type { FastifyRequest, RouteHandlerMethod } from 'fastify'
import type { DoorDeps } from '../front-door.ts'
import { tenantOf } from '../request-context.ts'
import { assembleDocument, type Fragments, type OpenApiDocument } from './openapi-document.ts'
import { OPENAPI_CACHE_CONTROL } from './wire.ts'

export interface Documented {
  readonly document: OpenApiDocument
  readonly text: string
  /** RFC 9110, section 8.8.3. */
  readonly entityTag: string
}

export type DocumentFor = (request: FastifyRequest) => Promise<Documented>

/** Of so many tenants the document is kept. */
const MAX_KEPT = 50

export function createDocumentFor({ issuerOf, doors, guide }: Pick<DoorDeps, 'issuerOf' | 'doors' | 'guide'>): DocumentFor {
  const names = doors.map(({ name }) => name)
  const kept = new Map<string, Documented>()
  let reading: Promise<Fragments> | undefined

  /** The start of the server does not wait for it; a file that could not be read is read again. */
  function readFragments(): Promise<Fragments> {
    reading ??= guide
      .readBuilt('openapi.json')
      .then((text) => JSON.parse(text) as Fragments) // made by our own build
      .catch((error: unknown) => {
        reading = undefined
        throw error
      })
    return reading
  }

  return async (request) => {
    const fragments = await readFragments()
    const tenant = tenantOf(request)
    const issuer = issuerOf(tenant)
    const key = `${tenant.name} ${issuer}`
    const known = kept.get(key)
    if (known !== undefined) return known
    const document = assembleDocument(fragments, { name: tenant.name, issuer, doors: names }, guide.version)
    const text = JSON.stringify(document)
    const made = { document, text, entityTag: `"${createHash('sha256').update(text).digest('hex').slice(0, 16)}"` }
    const [oldest] = kept.keys()
    if (kept.size >= MAX_KEPT && oldest !== undefined) kept.delete(oldest)
    kept.set(key, made)
    return made
  }
}

/** It is public, and says nothing of who asks: the page of any origin may read it. */
export function createOpenApi(documentFor: DocumentFor): RouteHandlerMethod {
  return async (request, reply) => {
    const { text, entityTag } = await documentFor(request)
    reply.headers({ 'cache-control': OPENAPI_CACHE_CONTROL, etag: entityTag, 'access-control-allow-origin': '*' })
    if (hasTag(request, entityTag)) return reply.code(304).send()
    return reply.type('application/json').send(text)
  }
}

/** RFC 9110, section 13.1.2. */
function hasTag({ headers }: FastifyRequest, entityTag: string): boolean {
  const tags = (headers['if-none-match'] ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return tags.includes(entityTag) || tags.includes('*')
}

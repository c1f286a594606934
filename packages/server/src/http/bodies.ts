/** Which bodies are read at all: JSON and forms, in UTF-8, up to 64 KiB. What is neither is 415, unless it is empty. */
import type { FastifyInstance, FastifyRequest, preParsingHookHandler } from 'fastify'
import { RequestRefused } from '../front-doors/request-refused.ts'
import { parseFormBody } from './strict-form.ts'
import { parseJsonBody } from './strict-json.ts'

export const MAX_BODY_BYTES = 64 * 1024

const MEDIA_TYPES = { json: 'application/json', form: 'application/x-www-form-urlencoded' } as const

export function acceptBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(MEDIA_TYPES.json, { parseAs: 'buffer' }, async (_request: FastifyRequest, bytes: Buffer) => parseJsonBody(bytes))
  app.addContentTypeParser(MEDIA_TYPES.form, { parseAs: 'buffer' }, async (_request: FastifyRequest, bytes: Buffer) => parseFormBody(bytes))
  app.addContentTypeParser('*', async (request: FastifyRequest) => {
    if (hasBody(request)) throw new RequestRefused('unsupported_media_type')
    return undefined
  })
  app.addHook('preParsing', refuseOddContentType)
}

/**
 * The router's own reading of `Content-Type` passes over what it does not understand; here a media type is followed by well-formed
 * parameters or by nothing (RFC 9110, section 8.3), and a charset is UTF-8.
 */
const refuseOddContentType: preParsingHookHandler = (request, _reply, _payload, done) => {
  // The content of a GET means nothing (RFC 9110, section 9.3.1), and nobody reads it.
  if (request.method === 'GET' || request.method === 'HEAD') return done(null)
  // Nothing is decompressed; passing over it would be to read another body than whoever inspects it in front of us (RFC 9110, section 8.4).
  const encoding = request.headers['content-encoding']?.toLowerCase() ?? ''
  if (hasBody(request) && encoding !== '' && encoding !== 'identity') return done(new RequestRefused('unsupported_media_type'))
  const contentType = request.headers['content-type']
  if (contentType === undefined || !hasBody(request)) return done()
  const { bodies } = request.routeOptions.config
  const mediaType = readMediaType(contentType)
  const isExpected = bodies === undefined ? mediaType !== undefined : mediaType === MEDIA_TYPES[bodies]
  done(isExpected ? null : new RequestRefused('unsupported_media_type'))
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
const CONTENT_TYPE = new RegExp(`^(${TOKEN}/${TOKEN})((?:[ \\t]*;[ \\t]*${TOKEN}=(?:${TOKEN}|"[^"\\\\]*"))*)$`)

/** @returns the media type in lower case; undefined if the header is malformed or names a charset other than UTF-8 */
export function readMediaType(contentType: string): string | undefined {
  const [, mediaType, parameters = ''] = CONTENT_TYPE.exec(contentType) ?? []
  const charsets = [...parameters.matchAll(/;[ \t]*charset="?([^";]*)"?/gi)].map(([, charset = '']) => charset.trim().toLowerCase())
  return charsets.every((charset) => charset === 'utf-8' || charset === 'utf8') ? mediaType?.toLowerCase() : undefined
}

/** RFC 9112, section 6.3. */
function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0'
}

import type { FastifyRequest } from 'fastify'
import { parseFormPairs } from './form-pairs.ts'
import { RequestRefused } from './request-refused.ts'

/** The parameters that a route looks at; an empty one is as if it were not there (RFC 6749, section 3.1), others are passed over. */
export type Query<Name extends string> = { readonly [N in Name]: string | undefined }

/**
 * The query of a request, read as strictly as a form.
 * @throws RequestRefused `bad_request` or `repeated_parameter`
 */
export function readQuery<Name extends string>({ url }: Pick<FastifyRequest, 'url'>, names: readonly Name[]): Query<Name> {
  const start = url.indexOf('?')
  const pairs = parseFormPairs(start < 0 ? '' : url.slice(start + 1))
  if (!pairs.ok) throw new RequestRefused(pairs.refusal.code === 'parameter_repeated' ? 'repeated_parameter' : 'bad_request')
  return Object.fromEntries(names.map((name) => [name, pairs.value.get(name) || undefined])) as Query<Name> // one member for each name
}

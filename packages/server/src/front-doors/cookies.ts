import type { FastifyReply, FastifyRequest } from 'fastify'

/** More than any that we set, and short enough to be looked at for nothing. */
const MAX_COOKIE_CHARACTERS = 4096

/**
 * A cookie of ours (RFC 6265, section 5.4). One that comes twice is as good as none: a neighbour has set the other.
 * Ours have no character that would have to be quoted.
 */
export function cookieOf({ headers }: Pick<FastifyRequest, 'headers'>, name: string): string | undefined {
  const values = (headers.cookie ?? '').split(';').flatMap((pair) => {
    const equals = pair.indexOf('=')
    return equals > 0 && pair.slice(0, equals).trim() === name ? [pair.slice(equals + 1).trim()] : []
  })
  const [value = ''] = values
  return values.length === 1 && value.length <= MAX_COOKIE_CHARACTERS && /^[A-Za-z0-9_.-]+$/.test(value) ? value : undefined
}

/** Scripts do not read it, other sites do not send it with a form, and no other host and no clear text can set it (the prefix `__Host-`). */
export function setCookie(reply: FastifyReply, name: string, value: string, maxAgeSeconds: number): void {
  reply.header('set-cookie', `${name}=${value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=${maxAgeSeconds}`)
}

export function clearCookie(reply: FastifyReply, name: string): void {
  setCookie(reply, name, '', 0)
}

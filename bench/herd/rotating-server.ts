import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface RotatingServer {
  readonly url: string
  /** A sign-in: the first refresh token of a session. */
  signIn(): string
  /** Requests at the token endpoint so far. */
  calls(): number
  /** Whether the session of the last sign-in goes on. */
  goesOn(): boolean
  stop(): Promise<void>
}

/**
 * An authorization server as RFC 9700, section 4.14.2, has it: a refresh token is good once, and one that comes again ends its session.
 * It speaks OAuth's forms, and the JSON of AWS's `CreateToken`, which is the same exchange in other letters.
 */
export async function startRotatingServer(): Promise<RotatingServer> {
  let sessions = 0
  let generation = 0
  let isOver = false
  let calls = 0
  const current = () => `refresh-${sessions}-${generation}`

  function refresh(presented: string | undefined): Record<string, unknown> | undefined {
    if (isOver || presented !== current()) {
      isOver = true
      return undefined
    }
    generation += 1
    return { token: `access-${sessions}-${generation}`, refresh: current() }
  }

  const server = createServer(async (request, response) => {
    const answer = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (request.method !== 'POST') return answer(200, { issuer: url, token_endpoint: `${url}/token` })
    calls += 1
    const text = await readText(request)
    if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
      const made = refresh(new URLSearchParams(text).get('refresh_token') ?? undefined)
      if (made === undefined) return answer(400, { error: 'invalid_grant' })
      return answer(200, { access_token: made.token, refresh_token: made.refresh, token_type: 'Bearer', expires_in: 3600 })
    }
    const made = refresh((JSON.parse(text) as { refreshToken?: string }).refreshToken)
    if (made === undefined) return answer(400, { error: 'invalid_grant', __type: 'InvalidGrantException' })
    return answer(200, { accessToken: made.token, refreshToken: made.refresh, tokenType: 'Bearer', expiresIn: 3600 })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    signIn() {
      sessions += 1
      generation = 0
      isOver = false
      calls = 0
      return current()
    },
    calls: () => calls,
    goesOn: () => !isOver,
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
